import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { InstanceService } from '@muster/contract';
import { type Call, callOf } from '@muster/rpc';
import { instanceRefs, planInstances } from '../decision-subjects.ts';
import { INSTANCE_SELECTION } from '../domain/instance.ts';
import { toAgentInfo } from '../instance-convert.ts';
import type { MachineContext } from '../machine-context.ts';
import { InstanceStore } from '../store/instance-store.ts';
import { TagStore } from '../store/tag-store.ts';
import { EVERY_INSTANCE, type InstancePlans } from '../store/visible.ts';

export function describeAutomationAgentStatus({
  db,
  region,
}: Pick<MachineContext, 'db' | 'region'>): MethodImpl<typeof InstanceService.method.describeAutomationAgentStatus> {
  const store = new InstanceStore(db);
  const tags = new TagStore(db, 'instance_tag');

  /** Ids that are given must all be allowed: leaving out what is denied would pass for its absence. */
  const visibleOf = async (ids: readonly string[], call: Call): Promise<InstancePlans> => {
    if (ids.length === 0) return planInstances(call, region);
    const known = await store.byIds(call.caller.accountUin, ids);
    await call.authorize(
      await instanceRefs(
        { db, region },
        ids,
        known.map(({ instanceId }) => instanceId),
      ),
    );
    return EVERY_INSTANCE;
  };

  return async (request, context) => {
    const call = callOf(context);
    const { instanceIds, filters, limit, offset } = request;
    const selection = checkSelection({ ids: instanceIds, filters, limit, offset }, INSTANCE_SELECTION);
    const ids = [...new Set(selection.ids)];
    const visible = await visibleOf(ids, call);
    const { accountUin } = call.caller;
    const { total, instances } = await store.page({ accountUin, ids, filters, visible }, selection);
    const tagsOf = await tags.of(instances.map(({ instanceId }) => instanceId));
    return {
      totalCount: total,
      automationAgentSet: instances.map((instance) => toAgentInfo(instance, tagsOf(instance.instanceId))),
    };
  };
}
