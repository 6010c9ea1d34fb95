import type { MethodImpl } from '@connectrpc/connect';
import type { InvocationInternalService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import type { Context } from '../context.ts';
import { SESSION_INSTANCES_MAX } from '../domain/session-order.ts';
import { distinctInstanceIds } from '../domain/targets.ts';
import { InstanceStore } from '../store/instance-store.ts';
import { TagStore } from '../store/tag-store.ts';

export function describeSessionInstances({
  db,
}: Pick<Context, 'db'>): MethodImpl<typeof InvocationInternalService.method.describeSessionInstances> {
  return async ({ accountUin, instanceIds }) => {
    if (instanceIds.length === 0) throw invalid('MissingParameter', 'InstanceIds', 'is required, was not given');
    const ids = distinctInstanceIds(instanceIds, SESSION_INSTANCES_MAX);
    const found = await new InstanceStore(db).byIds(accountUin, ids);
    const tagsOf = await new TagStore(db, 'instance_tag').of(found.map(({ instanceId }) => instanceId));
    return {
      instances: found.map(({ instanceId, tenant, online, name, supportFeatures, agentVersion, epoch }) => ({
        ...{ instanceId, tenant, online, supportFeatures },
        tags: [...tagsOf(instanceId)],
        instanceName: name,
        // who registers says a version too, but opens nothing before the first hello
        agentVersion: epoch === 0n ? '' : agentVersion,
      })),
    };
  };
}
