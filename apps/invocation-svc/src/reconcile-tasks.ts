import { create } from '@bufbuild/protobuf';
import { type HeldVerdict, HeldVerdictSchema } from '@muster/contract';
import type { DeliveryRules } from './domain/delivery.ts';
import { verdictOn } from './domain/reconcile.ts';
import { interrupt } from './domain/task-end.ts';
import { adopt } from './domain/task-start.ts';
import { isUnderWay, isWaiting } from './domain/task-status.ts';
import { heldStateFromProto, VERDICT_TO_PROTO } from './enum-convert.ts';
import type { Holding } from './machine-context.ts';
import { RestorationStore } from './store/restoration-store.ts';
import type { UnitOfWork } from './store/unit-of-work.ts';

/**
 * Settles what lost messages left open between a machine's journal and the rows: a verdict on each task that it holds, and an end for
 * each started one that it no longer holds. In a restored store, what runs there and waits here is taken for started. Runs in the transaction that opens the session.
 */
export async function reconcileTasks(
  { runs, trx }: UnitOfWork,
  { instanceId, journalIsNew, held, now, rules }: Holding & { readonly now: number; readonly rules: DeliveryRules },
): Promise<HeldVerdict[]> {
  const known = await runs.tasks(held.map((task) => task.invocationTaskId));
  const restored = held.length > 0 && (await new RestorationStore(trx).isRestored());
  const verdicts: HeldVerdict[] = [];
  for (const { invocationTaskId, state } of held) {
    let task = known.get(invocationTaskId);
    if (task?.instanceId !== instanceId) task = undefined;
    const verdict = verdictOn(task, heldStateFromProto(state), restored);
    verdicts.push(create(HeldVerdictSchema, { invocationTaskId, verdict: VERDICT_TO_PROTO[verdict] }));
    if (!task || !isWaiting(task.status) || heldStateFromProto(state) === 'CLAIMED' || !restored) continue;
    for (const step of adopt(task, now, rules)) {
      await runs.change(task, step);
      task = step;
    }
  }
  const stillHeld = new Set(held.map((task) => task.invocationTaskId));
  for (const task of await runs.openTasksOn(instanceId)) {
    if (stillHeld.has(task.invocationTaskId) || !isUnderWay(task.status)) continue;
    const lost = interrupt(task, journalIsNew ? 'AGENT_STATE_LOST' : 'INTERRUPTED', now);
    if (lost) await runs.change(task, lost);
  }
  return verdicts;
}
