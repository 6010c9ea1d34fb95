import { backoff, type DeliveryRules } from './delivery.ts';
import { UNSENDABLE_IN_WORDS } from './error-info.ts';
import { moved, type Task } from './task.ts';
import { isFinal, isUnderWay, isWaiting } from './task-status.ts';

/** The answer to a machine that asks to start. */
export type StartDecision =
  | { readonly granted: true /** Absent when it was granted before. */; readonly task?: Task }
  | { readonly granted: false; readonly reason: string };

/** The order is sent (again). The first sending gets the delivery window, every later one counts as a delay. */
export function deliver(task: Task, now: number, rules: DeliveryRules): Task | undefined {
  const attempts = task.attempts + 1;
  const dueAt = now + (task.status === 'PENDING' ? rules.windowMs : backoff(attempts));
  return moved(task, 'deliver', now, { attempts, dueAt, errorInfo: '' });
}

/** Nobody listened to the sending numbered `attempt`. */
export function unheard(task: Task, attempt: number, now: number): Task | undefined {
  if (task.attempts !== attempt) return undefined;
  return moved(task, 'unheard', now, { dueAt: now + backoff(attempt) });
}

/** The order numbered `attempt` could not even be made. It is tried again like one that nobody heard, until its deadline says why. */
export function unsendable(task: Task, attempt: number, now: number): Task | undefined {
  if (task.attempts !== attempt || !isWaiting(task.status)) return undefined;
  const again = { dueAt: now + backoff(attempt), errorInfo: UNSENDABLE_IN_WORDS };
  return moved(task, 'unheard', now, again) ?? { ...task, ...again };
}

/** Nothing is sent to a machine that is absent and may come back: its next session, or its next heartbeat, makes the order due. */
export function park(task: Task): Task | undefined {
  if (task.offlineExpiresAt === undefined || !isWaiting(task.status)) return undefined;
  return { ...task, dueAt: undefined };
}

/** The only place where a task may start: once, for one claim, in time, unless it was cancelled. */
export function start(task: Task, claim: string, now: number, rules: DeliveryRules): StartDecision {
  if (claim === '') return refused('a claim is needed');
  if (isFinal(task.status)) return refused(`it is ${task.status}`);
  if (task.claim === claim) return { granted: true };
  if (task.claim !== undefined) return refused('another claim has started it');
  if (isUnderWay(task.status)) return startAdopted(task, claim, now, rules);
  if (task.deadlineAt === undefined || now >= task.deadlineAt) return refused('it is too late to start');
  const deadlineAt = now + task.timeout * 1_000 + rules.graceMs;
  const started = moved(task, 'start', now, { claim, startTime: now, dueAt: undefined, deadlineAt, errorInfo: '' });
  return started ? { granted: true, task: started } : refused(`it is ${task.status}`);
}

/**
 * The steps to a task that its machine runs, or has run, by a start which this store knows nothing of: it was restored from a backup of
 * before. Whatever claim its machine shows is believed. None for a task that has started, or ended.
 */
export function adopt(task: Task, now: number, rules: DeliveryRules): Task[] {
  const sent = task.status === 'PENDING' ? moved(task, 'deliver', now, {}) : task;
  const deadlineAt = now + task.timeout * 1_000 + rules.graceMs;
  const started = sent && moved(sent, 'start', now, { startTime: now, dueAt: undefined, deadlineAt, errorInfo: '' });
  if (!sent || !started) return [];
  return sent === task ? [started] : [sent, started];
}

/** It was taken for started, and its machine had claimed it and no more: now it starts. */
function startAdopted(task: Task, claim: string, now: number, rules: DeliveryRules): StartDecision {
  if (task.status === 'CANCELLING') return refused('it is CANCELLING');
  const deadlineAt = now + task.timeout * 1_000 + rules.graceMs;
  return { granted: true, task: { ...task, claim, startTime: now, deadlineAt } };
}

/** How long a task waits for its account's turn at most, in milliseconds since it was made. */
export const LONGEST_QUEUE_MS = 1_800_000;

/**
 * It spent half of its time, or more, waiting for its account's turn: that is the service's doing and not its machine's, which gets the whole of
 * it yet. Undefined for one that waits for its machine, and for one that has waited for long enough.
 */
export function queueOn(task: Task, now: number, rules: DeliveryRules): Task | undefined {
  const { status, dueAt, deadlineAt, offlineExpiresAt, createdAt } = task;
  const isQueued = status === 'PENDING' && dueAt !== undefined && dueAt <= now && offlineExpiresAt === undefined;
  if (!isQueued || deadlineAt === undefined || now >= createdAt + LONGEST_QUEUE_MS) return undefined;
  if (deadlineAt - now > rules.deadlineMs / 2) return undefined;
  return { ...task, deadlineAt: now + rules.deadlineMs };
}

function refused(reason: string): StartDecision {
  return { granted: false, reason };
}
