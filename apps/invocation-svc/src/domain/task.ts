import type { DeliveryRules } from './delivery.ts';
import { after, type TaskEvent, type TaskStatus } from './task-status.ts';

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

/** Whether it has as much output stored as one task may have, both together. */
export function isFull(task: Pick<Task, 'stdoutLength' | 'stderrLength'>, { outputLimit }: DeliveryRules): boolean {
  return task.stdoutLength + task.stderrLength >= outputLimit;
}

/** The task after this event with what it changes; undefined where its status leaves no room for it. */
export function moved(task: Task, event: TaskEvent, now: number, patch: Partial<Task>): Task | undefined {
  const status = after(task.status, event);
  if (status === undefined) return undefined;
  return { ...task, ...patch, status, updatedAt: status === task.status ? task.updatedAt : now };
}

/** The same for an event that ends it: nothing is due any more. */
export function ended(task: Task, event: TaskEvent, now: number, patch: Partial<Task> = {}): Task | undefined {
  const endTime = notBeforeStart(task, now);
  return moved(task, event, now, { ...patch, endTime, dueAt: undefined, deadlineAt: undefined });
}

/** A clock that was set back makes no negative durations. */
export function notBeforeStart({ startTime, createdAt }: Task, now: number): number {
  return Math.max(now, startTime ?? createdAt);
}
