import { isFinal, isUnderWay, type TaskStatus } from './task-status.ts';

/** How far a task got on its machine, as the machine's journal says. */
export type HeldState = 'CLAIMED' | 'RUNNING' | 'FINISHED';
/** What the machine is to do with it. */
export type Verdict = 'GO_ON' | 'FORGET' | 'KILL' | 'RESEND';

/** What to do with a task that a machine holds in `state`; `status` is undefined when the service has no such task of that machine. */
export function verdictOn(status: TaskStatus | undefined, state: HeldState): Verdict {
  if (status === undefined || isFinal(status)) return state === 'RUNNING' ? 'KILL' : 'FORGET';
  if (isUnderWay(status)) {
    if (state === 'FINISHED') return 'RESEND';
    return status === 'CANCELLING' ? 'KILL' : 'GO_ON';
  }
  // it waits for its start: only a claimed one can still ask, the others ran without leave (the store is older than the journal)
  if (state === 'CLAIMED') return 'GO_ON';
  return state === 'RUNNING' ? 'KILL' : 'FORGET';
}
