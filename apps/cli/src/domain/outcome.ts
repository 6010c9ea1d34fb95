/** TAT's thirteen task statuses (section 6.1), and UNSPECIFIED for one that a newer server may send. */
export type TaskStatusName =
  | 'UNSPECIFIED'
  | 'PENDING'
  | 'DELIVERING'
  | 'DELIVER_DELAYED'
  | 'DELIVER_FAILED'
  | 'START_FAILED'
  | 'RUNNING'
  | 'SUCCESS'
  | 'FAILED'
  | 'TIMEOUT'
  | 'TASK_TIMEOUT'
  | 'CANCELLING'
  | 'CANCELLED'
  | 'TERMINATED';

const UNDER_WAY: ReadonlySet<TaskStatusName> = new Set([
  'UNSPECIFIED',
  'PENDING',
  'DELIVERING',
  'DELIVER_DELAYED',
  'RUNNING',
  'CANCELLING',
]);

/** Exit codes of `muster`; the table users read is in docs/cli.md. */
export const EXIT = {
  succeeded: 0,
  /** The tool or the request failed. */
  error: 1,
  /** The run ended and some machines did not succeed. */
  someFailed: 2,
  /** A question was answered with no: denied, errors in a policy, something would change, a chain that is broken. */
  answeredNo: 2,
  /** Cancelled. */
  cancelled: 3,
  /** The run goes on, nobody waits for it any more: a wait that was too long, or a detached one. */
  stillRunning: 4,
  /** A selector, or `last`, that nothing answers to. */
  nothingMatched: 5,
} as const;

/** Whether nothing can happen to a task any more. */
export function hasEnded(status: TaskStatusName): boolean {
  return !UNDER_WAY.has(status);
}

/** Whether somebody cancelled it. */
export function wasCancelled(status: TaskStatusName): boolean {
  return status === 'CANCELLED' || status === 'TERMINATED';
}

/** Whether it ended without success, so that it can be run again. */
export function isRetryable(status: TaskStatusName): boolean {
  return hasEnded(status) && status !== 'SUCCESS';
}

/** How far a run is. */
export interface Tally {
  readonly total: number;
  readonly done: number;
  /** Of those done. */
  readonly failed: number;
}

/** Counts tasks. */
export function tally(statuses: readonly TaskStatusName[]): Tally {
  const done = statuses.filter(hasEnded);
  return { total: statuses.length, done: done.length, failed: done.filter((status) => status !== 'SUCCESS').length };
}

/** The exit code of a run that has ended. */
export function exitCodeOf(statuses: readonly TaskStatusName[]): number {
  if (statuses.some((status) => !hasEnded(status))) return EXIT.stillRunning;
  if (statuses.some(wasCancelled)) return EXIT.cancelled;
  return statuses.every((status) => status === 'SUCCESS') ? EXIT.succeeded : EXIT.someFailed;
}
