import type { ResourceInit } from '@muster/rpc';
import type { Authority } from './authority.ts';
import type { Context } from './context.ts';
import { instanceRefs, planInstances } from './decision-subjects.ts';
import { inOrderNamed, type RunPlace } from './domain/targets.ts';
import { type TargetRecord, TargetStore } from './store/target-store.ts';

/** What is run, as the subject of a decision, and where. */
export interface DecidedPlace {
  readonly command: ResourceInit;
  readonly machines: RunPlace['machines'];
  /** The call's own when absent. */
  readonly action?: string;
}

/**
 * Finds the machines of a run and has them and its command decided on. Machines that are named must all be allowed; of those that are
 * selected, the ones that are not are left out. Gives the machines in the order named, or by name; a selector may fit none. Refusals:
 * those of the decision, then ResourceNotFound.InstanceNotFound.
 */
export async function findTargets(
  context: Pick<Context, 'db' | 'region'>,
  authority: Authority,
  { command, machines, action }: DecidedPlace,
): Promise<readonly TargetRecord[]> {
  const { accountUin } = authority.caller;
  const store = new TargetStore(context.db);
  const decide = async (ids: readonly string[], known: readonly TargetRecord[]) => {
    const instanceIds = known.map(({ instanceId }) => instanceId);
    const resources = [command, ...(await instanceRefs(context, ids, instanceIds))];
    await authority.authorize(resources, action === undefined ? undefined : { action });
  };
  if ('all' in machines) {
    const allowed = await planInstances(authority, context.region);
    const selected = await store.selected(accountUin, machines, allowed);
    // a plan knows nothing of the tags that a request brings, and a run is to be on record with its machines
    await decide(
      selected.map(({ instanceId }) => instanceId),
      selected,
    );
    return selected;
  }
  const known = await store.byIds(accountUin, machines);
  await decide(machines, known);
  return inOrderNamed(machines, known);
}
