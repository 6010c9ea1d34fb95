import { checkSelection, type GivenSelection, type SelectionRules, type Tag } from '@muster/command';
import type { Call } from '@muster/rpc';
import { planInstances } from './decision-subjects.ts';
import { authorizeInstances } from './instance-subjects.ts';
import type { MachineContext } from './machine-context.ts';
import { type InstanceRecord, InstanceStore } from './store/instance-store.ts';
import { TagStore } from './store/tag-store.ts';
import { EVERY_INSTANCE, type InstancePlans } from './store/visible.ts';

/** A page of machines, and how many may be seen in all. */
export interface ListedInstances {
  readonly total: number;
  readonly instances: readonly InstanceRecord[];
  readonly tagsOf: (instanceId: string) => readonly Tag[];
}

/** The machines that a list call selects, as far as it may see them, newest first. Refusals: those of `checkSelection`, CamAuthFailed. */
export async function listInstances(
  { db, region }: Pick<MachineContext, 'db' | 'region'>,
  call: Call,
  given: GivenSelection,
  rules: SelectionRules,
): Promise<ListedInstances> {
  const selection = checkSelection(given, rules);
  const { filters } = selection;
  const ids = [...new Set(selection.ids)];
  const visible = await visibleOf(ids, { call, db, region });
  const { accountUin } = call.caller;
  const { total, instances } = await new InstanceStore(db).page({ accountUin, ids, filters, visible }, selection);
  const tagsOf = await new TagStore(db, 'instance_tag').of(instances.map(({ instanceId }) => instanceId));
  return { total, instances, tagsOf };
}

/** Ids that are given must all be allowed: leaving out what is denied would pass for its absence. */
async function visibleOf(
  ids: readonly string[],
  parts: Pick<MachineContext, 'db' | 'region'> & { readonly call: Call },
): Promise<InstancePlans> {
  if (ids.length === 0) return planInstances(parts.call, parts.region);
  await authorizeInstances(ids, parts);
  return EVERY_INSTANCE;
}
