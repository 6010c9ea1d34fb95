import type { MethodImpl } from '@connectrpc/connect';
import type { InstanceService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { INSTANCE_SELECTION } from '../domain/instance.ts';
import { toAgentInfo } from '../instance-convert.ts';
import { listInstances } from '../list-instances.ts';
import type { MachineContext } from '../machine-context.ts';

export function describeAutomationAgentStatus(
  machines: Pick<MachineContext, 'db' | 'region'>,
): MethodImpl<typeof InstanceService.method.describeAutomationAgentStatus> {
  return async (request, context) => {
    const { instanceIds: ids, filters, limit, offset } = request;
    const given = { ids, filters, limit, offset };
    const { total, instances, tagsOf } = await listInstances(machines, callOf(context), given, INSTANCE_SELECTION);
    return {
      totalCount: total,
      automationAgentSet: instances.map((instance) => toAgentInfo(instance, tagsOf(instance.instanceId))),
    };
  };
}
