import { backoff, CANCEL_AGAIN_MS, type DeliveryRules } from './delivery.ts';
import {
  CANCELLED_IN_WORDS,
  LOST_IN_WORDS,
  reportInWords,
  SAID_MAX_CHARACTERS,
  silenceInWords,
  UNSENDABLE_IN_WORDS,
  undeliveredInWords,
  withdrawnInWords,
} from './error-info.ts';
import { after, isFinal, isUnderWay, isWaiting, type TaskEvent, type TaskStatus } from './task-status.ts';

/** Which of a script's two outputs. */
export type OutputStream = 'STDOUT' | 'STDERR';

/** A run on one machine. Times are epoch milliseconds by the service's clock. */
export interface Task {
  readonly invocationTaskId: string;
  readonly invocationId: string;
  /** Its place among the run's machines, from 0. */
  readonly position: number;
  readonly accountUin: string;
  readonly commandId: string;
  /** What a look at the task is decided on besides its machine: the command's id, or `*` when it is in no library. */
  readonly commandSubject: string;
  readonly instanceId: string;
  readonly instanceName: string;
  readonly status: TaskStatus;
  /** The claim that was allowed to start. */
  readonly claim: string | undefined;
  /** How often the order was sent. */
  readonly attempts: number;
  /** When something is to be sent to the machine; undefined when there is nothing to send. */
  readonly dueAt: number | undefined;
  /** When the service closes it by itself; undefined once it has ended. */
  readonly deadlineAt: number | undefined;
  /** Until when it waits for a machine that was absent when the run was made; undefined for one that was there. */
  readonly offlineExpiresAt: number | undefined;
  /** Seconds. */
  readonly timeout: number;
  readonly exitCode: number | undefined;
  readonly errorInfo: string;
  /** Bytes stored, also after they were removed. */
  readonly stdoutLength: number;
  readonly stderrLength: number;
  /** Bytes past the limit, which are stored nowhere. */
  readonly discarded: number;
  /** Where its machine put the full output; empty when it did not. */
  readonly outputUrl: string;
  /** Why it could not. */
  readonly outputUploadError: string;
  /** The stored output was removed by age or size. */
  readonly outputExpired: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startTime: number | undefined;
  readonly execEndTime: number | undefined;
  readonly endTime: number | undefined;
  /** What its machine said after the service had given it up. */
  readonly late: LateResult | undefined;
  /** How many reports of its end said something else than the first. */
  readonly conflicts: number;
}

/** The end of a task as its machine told it when the service had given it up; kept beside the state, which it does not change. */
export interface LateResult {
  /** What the status would have become. */
  readonly status: TaskStatus;
  readonly exitCode: number | undefined;
  readonly errorInfo: string;
  /** When the service received it, epoch milliseconds. */
  readonly receivedAt: number;
}

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

/** The answer to a machine that asks to start. */
export type StartDecision =
  | { readonly granted: true /** Absent when it was granted before. */; readonly task?: Task }
  | { readonly granted: false; readonly reason: string };

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

/** What a task is, and stays. */
export type TaskIdentity = Pick<
  Task,
  | 'invocationTaskId'
  | 'invocationId'
  | 'position'
  | 'accountUin'
  | 'commandId'
  | 'commandSubject'
  | 'instanceId'
  | 'instanceName'
  | 'timeout'
  | 'offlineExpiresAt'
>;

/** A task as it begins. */
export function newTask(of: TaskIdentity, now: number, rules: DeliveryRules): Task {
  return {
    ...of,
    status: 'PENDING',
    claim: undefined,
    attempts: 0,
    dueAt: now,
    deadlineAt: of.offlineExpiresAt ?? now + rules.deadlineMs,
    exitCode: undefined,
    errorInfo: '',
    stdoutLength: 0,
    stderrLength: 0,
    discarded: 0,
    outputUrl: '',
    outputUploadError: '',
    outputExpired: false,
    createdAt: now,
    updatedAt: now,
    startTime: undefined,
    execEndTime: undefined,
    endTime: undefined,
    late: undefined,
    conflicts: 0,
  };
}

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

/** Whether it has as much output stored as one task may have, both together. */
export function isFull(task: Pick<Task, 'stdoutLength' | 'stderrLength'>, { outputLimit }: DeliveryRules): boolean {
  return task.stdoutLength + task.stderrLength >= outputLimit;
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

/** The deadline passed. */
export function expire(task: Task, now: number): Task | undefined {
  if (task.deadlineAt === undefined || now < task.deadlineAt) return undefined;
  return (
    ended(task, 'expire', now, { errorInfo: task.errorInfo || undeliveredInWords(task) }) ??
    ended(task, 'fall silent', now, { exitCode: -1, errorInfo: silenceInWords(task) })
  );
}

function ended(task: Task, event: TaskEvent, now: number, patch: Partial<Task> = {}): Task | undefined {
  const endTime = notBeforeStart(task, now);
  return moved(task, event, now, { ...patch, endTime, dueAt: undefined, deadlineAt: undefined });
}

/** A clock that was set back makes no negative durations. */
function notBeforeStart({ startTime, createdAt }: Task, now: number): number {
  return Math.max(now, startTime ?? createdAt);
}

function moved(task: Task, event: TaskEvent, now: number, patch: Partial<Task>): Task | undefined {
  const status = after(task.status, event);
  if (status === undefined) return undefined;
  return { ...task, ...patch, status, updatedAt: status === task.status ? task.updatedAt : now };
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

function refused(reason: string): StartDecision {
  return { granted: false, reason };
}
