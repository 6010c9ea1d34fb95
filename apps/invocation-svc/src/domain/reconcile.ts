import type { Task } from './task.ts';
import { isGivenUp } from './task-end.ts';
import { isFinal, isUnderWay, isWaiting } from './task-status.ts';

/** How far a task got on its machine, as the machine's journal says. */
export type HeldState = 'CLAIMED' | 'RUNNING' | 'FINISHED';
/** What the machine is to do with it. */
export type Verdict = 'GO_ON' | 'FORGET' | 'KILL' | 'RESEND';

/**
 * What to do with a task that a machine holds in `state`; `task` is undefined when the service has no such task of that machine. In a store
 * that was `restored`, what it does not know or has not seen start may well have been started rightly, after the backup: it goes on.
 */
export function verdictOn(
  task: Pick<Task, 'status' | 'startTime' | 'execEndTime' | 'late'> | undefined,
  state: HeldState,
  restored = false,
): Verdict {
  if (restored && state !== 'CLAIMED' && (task === undefined || isWaiting(task.status))) {
    return state === 'RUNNING' ? 'GO_ON' : 'RESEND';
  }
  if (task === undefined || isFinal(task.status)) {
    if (state === 'RUNNING') return 'KILL';
    // the service closed it without a word of its end, and this is one
    return state === 'FINISHED' && task && isGivenUp(task) ? 'RESEND' : 'FORGET';
  }
  if (isUnderWay(task.status)) {
    if (state === 'FINISHED') return 'RESEND';
    return task.status === 'CANCELLING' ? 'KILL' : 'GO_ON';
  }
  // it waits for its start: only a claimed one can still ask, the others ran without leave (the store is older than the journal)
  if (state === 'CLAIMED') return 'GO_ON';
  return state === 'RUNNING' ? 'KILL' : 'FORGET';
}
