import type { MethodImpl } from '@connectrpc/connect';
import type { InstanceService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { REGISTER_INSTANCE_SELECTION } from '../domain/instance.ts';
import { toRegisterInstanceInfo } from '../instance-convert.ts';
import { listInstances } from '../list-instances.ts';
import type { MachineContext } from '../machine-context.ts';

export function describeRegisterInstances(
  machines: Pick<MachineContext, 'db' | 'region'>,
): MethodImpl<typeof InstanceService.method.describeRegisterInstances> {
  return async (request, context) => {
    const { instanceIds: ids, filters, limit, offset } = request;
    const given = { ids, filters, limit, offset };
    const page = await listInstances(machines, callOf(context), given, REGISTER_INSTANCE_SELECTION);
    return {
      totalCount: page.total,
      registerInstanceSet: page.instances.map((instance) =>
        toRegisterInstanceInfo(instance, page.tagsOf(instance.instanceId)),
      ),
    };
  };
}
