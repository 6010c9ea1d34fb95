import { create } from '@bufbuild/protobuf';
import { type HeldVerdict, HeldVerdictSchema } from '@muster/contract';
import { heldStateFromProto, VERDICT_TO_PROTO } from './convert.ts';
import { verdictOn } from './domain/reconcile.ts';
import { interrupt } from './domain/task.ts';
import { isUnderWay } from './domain/task-status.ts';
import type { Holding } from './machine-context.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/**
 * Settles what lost messages left open between a machine's journal and the rows: a verdict on each task that it holds, and an end for
 * each started one that it no longer holds. Runs in the transaction that opens the session.
 */
export async function reconcileTasks(
  { runs }: UnitOfWork,
  { instanceId, journalIsNew, held, now }: Holding & { readonly now: number },
): Promise<HeldVerdict[]> {
  const known = await runs.tasks(held.map((task) => task.invocationTaskId));
  const verdicts = held.map(({ invocationTaskId, state }): HeldVerdict => {
    const task = known.get(invocationTaskId);
    const own = task?.instanceId === instanceId ? task : undefined;
    const verdict = VERDICT_TO_PROTO[verdictOn(own, heldStateFromProto(state))];
    return create(HeldVerdictSchema, { invocationTaskId, verdict });
  });
  const stillHeld = new Set(held.map((task) => task.invocationTaskId));
  for (const task of await runs.openTasksOn(instanceId)) {
    if (stillHeld.has(task.invocationTaskId) || !isUnderWay(task.status)) continue;
    const lost = interrupt(task, journalIsNew ? 'AGENT_STATE_LOST' : 'INTERRUPTED', now);
    if (lost) await runs.change(task, lost);
  }
  return verdicts;
}
