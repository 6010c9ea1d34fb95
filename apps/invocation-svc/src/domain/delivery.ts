import type { Backlog } from './backlog.ts';

/** How long the service waits for machines; all in milliseconds. */
export interface DeliveryRules {
  /** From sending an order to taking its silence for a delay. */
  readonly windowMs: number;
  /** From making a task to giving up on its start. */
  readonly deadlineMs: number;
  /** Past a task's timeout, and after a cancel. */
  readonly graceMs: number;
  /** How much longer, at most, output that still arrives keeps a task open past the grace. */
  readonly catchUpMs: number;
  /** Bytes stored of both outputs of a task together; a machine keeps as many of each. */
  readonly outputLimit: number;
  /** How many tasks may wait for their start; further runs are refused. */
  readonly backlog: Backlog;
}

const BACKOFF_FIRST_MS = 200;
const BACKOFF_MOST_MS = 5_000;

/** The wait before the next sending of an order that was sent `attempts` times: 0.2 s, 0.4 s … 5 s. */
export function backoff(attempts: number): number {
  return Math.min(BACKOFF_FIRST_MS * 2 ** Math.min(attempts - 1, 10), BACKOFF_MOST_MS);
}

/** A cancel that got lost is sent again this often. */
export const CANCEL_AGAIN_MS = 5_000;

/** A machine that was just given a session needs a moment to listen to it. */
export const SESSION_SETTLES_MS = 50;
