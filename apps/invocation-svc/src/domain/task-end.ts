import { CANCEL_AGAIN_MS, type DeliveryRules } from './delivery.ts';
import {
  CANCELLED_IN_WORDS,
  LOST_IN_WORDS,
  reportInWords,
  SAID_MAX_CHARACTERS,
  silenceInWords,
  undeliveredInWords,
  withdrawnInWords,
} from './error-info.ts';
import { ended, isFull, type LateResult, moved, notBeforeStart, type OutputStream, type Task } from './task.ts';
import { after, isFinal, isUnderWay, isWaiting, type TaskEvent } from './task-status.ts';

/** How a script ended on its machine. */
export type TaskOutcome = 'SUCCESS' | 'FAILED' | 'TIMEOUT' | 'TERMINATED' | 'START_FAILED' | 'INTERRUPTED';

/** What the machine says at the end. */
export interface TaskReport {
  readonly claim: string;
  readonly outcome: TaskOutcome;
  readonly exitCode: number;
  readonly errorInfo: string;
  readonly stdoutLength: number;
  readonly stderrLength: number;
  readonly discarded: number;
  readonly elapsedMs: number;
  /** Where the full output is; empty when it was not put anywhere. */
  readonly outputUrl: string;
  /** Why it could not be put where it was to go. */
  readonly outputUploadError: string;
}

/** What becomes of a report. */
export type FinishDecision =
  | { readonly kind: 'finished'; readonly task: Task }
  /** Its end is known already, or this claim was never allowed to run: the machine may forget it. */
  | { readonly kind: 'known' }
  /** The service had given it up: the state stays, what the machine says is kept beside it. */
  | { readonly kind: 'late'; readonly task: Task; readonly late: LateResult }
  /** Its end is known, and was another one: the first one stays. */
  | { readonly kind: 'conflict'; readonly task: Task; readonly says: Pick<Task, 'status' | 'exitCode'> }
  /** Output is missing; the result is taken after it. */
  | { readonly kind: 'incomplete' };

/** A report of the end. Of output past the limit nothing is waited for; what the machine kept of it counts as discarded. */
export function finish(task: Task, report: TaskReport, now: number, rules: DeliveryRules): FinishDecision {
  // a machine that could not even claim it has no claim to show
  const neverClaimed = task.claim === undefined && report.outcome === 'START_FAILED';
  const adopted = task.claim === undefined && isUnderWay(task.status);
  if (task.claim !== report.claim && !neverClaimed && !adopted) return { kind: 'known' };
  if (isFinal(task.status)) return task.claim === undefined ? { kind: 'known' } : afterTheEnd(task, report, now);
  const unsent =
    Math.max(report.stdoutLength - task.stdoutLength, 0) + Math.max(report.stderrLength - task.stderrLength, 0);
  if (unsent > 0 && !isFull(task, rules)) return { kind: 'incomplete' };
  const ran = task.startTime !== undefined && report.outcome !== 'START_FAILED';
  const finished = ended(task, eventOf(report), now, {
    exitCode: ran ? report.exitCode : undefined,
    execEndTime: ran ? Math.min(notBeforeStart(task, now), (task.startTime ?? now) + report.elapsedMs) : undefined,
    errorInfo: reportInWords(report, task),
    discarded: report.discarded + unsent,
    outputUrl: report.outputUrl,
    outputUploadError: report.outputUploadError.slice(0, SAID_MAX_CHARACTERS),
  });
  return finished ? { kind: 'finished', task: finished } : { kind: 'known' };
}

/** Whether the service gave up on it without hearing how it ended: its machine may still tell. */
export function isGivenUp(task: Pick<Task, 'status' | 'startTime' | 'execEndTime' | 'late'>): boolean {
  if (task.late !== undefined || task.startTime === undefined || task.execEndTime !== undefined) return false;
  return task.status === 'TASK_TIMEOUT' || task.status === 'FAILED';
}

/** A report of a task that has ended: the first word there is stays. */
function afterTheEnd(task: Task, report: TaskReport, now: number): FinishDecision {
  const says = {
    status: after('RUNNING', eventOf(report)) ?? 'FAILED',
    exitCode: report.outcome === 'START_FAILED' ? undefined : report.exitCode,
  };
  if (isGivenUp(task)) {
    const late = { ...says, errorInfo: reportInWords(report, task), receivedAt: now };
    return { kind: 'late', task: { ...task, late }, late };
  }
  const first = task.late ?? task;
  if (first.status === says.status && first.exitCode === says.exitCode) return { kind: 'known' };
  return { kind: 'conflict', task: { ...task, conflicts: task.conflicts + 1 }, says };
}

/** Somebody asked to cancel it; undefined when it has ended or is being cancelled already. */
export function cancel(task: Task, now: number, rules: DeliveryRules): Task | undefined {
  if (task.status !== 'RUNNING') return ended(task, 'cancel', now, { errorInfo: CANCELLED_IN_WORDS });
  const deadlineAt = Math.min(task.deadlineAt ?? Number.POSITIVE_INFINITY, now + rules.graceMs);
  return moved(task, 'cancel', now, { dueAt: now, deadlineAt });
}

/** The cancel is sent (again). It changes nothing but when it will be sent next. */
export function repeatCancel(task: Task, now: number): Task | undefined {
  return task.status === 'CANCELLING' ? { ...task, dueAt: now + CANCEL_AGAIN_MS } : undefined;
}

/** It has stored these more bytes. Whoever still writes is not silent: the service waits on, but not for ever. */
export function wrote(task: Task, stream: OutputStream, bytes: number, now: number, rules: DeliveryRules): Task {
  const length = stream === 'STDOUT' ? 'stdoutLength' : 'stderrLength';
  const deadlineAt = Math.max(task.deadlineAt ?? 0, Math.min(now + rules.graceMs, lastDeadline(task, rules)));
  return { ...task, [length]: task[length] + bytes, deadlineAt };
}

/** No word of its machine keeps a task open past this. */
function lastDeadline(task: Task, { graceMs, catchUpMs }: DeliveryRules): number {
  // a cancel was the last change of the status
  const over =
    task.status === 'CANCELLING' ? task.updatedAt : (task.startTime ?? task.createdAt) + task.timeout * 1_000;
  return over + graceMs + catchUpMs;
}

/** The machine no longer holds it, so its end cannot be known: it is never run again. */
export function interrupt(task: Task, reason: 'INTERRUPTED' | 'AGENT_STATE_LOST', now: number): Task | undefined {
  return ended(task, 'fail', now, { exitCode: -1, errorInfo: LOST_IN_WORDS[reason] });
}

/** Whoever made the run may not start it any more; undefined when it has started, or ended. */
export function withdraw(task: Task, why: string, now: number): Task | undefined {
  return isWaiting(task.status) ? ended(task, 'cancel', now, { errorInfo: withdrawnInWords(why) }) : undefined;
}

/** Its machine was removed: what has not started never will, and how it ends where it has is not heard any more. */
export function abandon(task: Task, now: number): Task | undefined {
  return (
    ended(task, 'expire', now, { errorInfo: 'the machine was removed before it started' }) ??
    ended(task, 'fail', now, { exitCode: -1, errorInfo: 'the machine was removed while it ran' })
  );
}

/** The deadline passed. */
export function expire(task: Task, now: number): Task | undefined {
  if (task.deadlineAt === undefined || now < task.deadlineAt) return undefined;
  return (
    ended(task, 'expire', now, { errorInfo: task.errorInfo || undeliveredInWords(task) }) ??
    ended(task, 'fall silent', now, { exitCode: -1, errorInfo: silenceInWords(task) })
  );
}

function eventOf({ outcome, exitCode }: TaskReport): TaskEvent {
  switch (outcome) {
    case 'SUCCESS':
      // SUCCESS means exit code 0, whatever a machine calls it
      return exitCode === 0 ? 'succeed' : 'fail';
    case 'TIMEOUT':
      return 'time out';
    case 'TERMINATED':
      return 'terminate';
    case 'START_FAILED':
      return 'fail to start';
    case 'FAILED':
    case 'INTERRUPTED':
      return 'fail';
  }
}
