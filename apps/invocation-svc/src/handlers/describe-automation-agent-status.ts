import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { InstanceService } from '@muster/contract';
import { instanceResource } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { INSTANCE_SELECTION } from '../domain/instance.ts';
import { toAgentInfo } from '../instance-convert.ts';
import type { MachineContext } from '../machine-context.ts';
import { InstanceStore } from '../store/instance-store.ts';

export function describeAutomationAgentStatus({
  db,
  region,
}: Pick<MachineContext, 'db' | 'region'>): MethodImpl<typeof InstanceService.method.describeAutomationAgentStatus> {
  return async (request, context) => {
    const call = callOf(context);
    const { ids, filters, limit, offset } = checkSelection(
      { ids: request.instanceIds, filters: request.filters, limit: request.limit, offset: request.offset },
      INSTANCE_SELECTION,
    );
    let visible = await new InstanceStore(db).select(
      call.caller.accountUin,
      ids.length > 0 ? [{ name: 'instance-id', values: ids }] : filters,
    );
    if (ids.length === 0) {
      const allowed = await call.allowed(
        visible.map(({ instanceId }) => ({ resource: instanceResource(region, instanceId) })),
      );
      visible = visible.filter((_, index) => allowed[index]);
    }
    return { totalCount: visible.length, automationAgentSet: visible.slice(offset, offset + limit).map(toAgentInfo) };
  };
}
