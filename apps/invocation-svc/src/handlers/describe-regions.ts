import type { MethodImpl } from '@connectrpc/connect';
import type { InstanceService } from '@muster/contract';
import { regionName } from '../domain/regions.ts';
import type { MachineContext } from '../machine-context.ts';

export function describeRegions({
  region,
}: Pick<MachineContext, 'region'>): MethodImpl<typeof InstanceService.method.describeRegions> {
  const here = { region, regionName: regionName(region), regionState: 'AVAILABLE' };
  return async () => ({ totalCount: 1, regionSet: [here] });
}
