import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import { type Invocation, type InvocationTask, OutputStream } from '@muster/contract';
import { byName } from './domain/by-name.ts';
import { escapeBytes } from './domain/escape.ts';
import { lastLine } from './domain/last-line.ts';
import { exitCodeOf, hasEnded, type Tally, type TaskStatusName, tally } from './domain/outcome.ts';
import { invocationStatusName, taskStatusName } from './tat-name.ts';
import type { WatchEvent } from './watch.ts';

/** How much of the end of a script's error output is kept to tell why it failed. */
const TAIL_BYTES = 4_096;

/** One machine of a run, ready to be shown. */
export interface TaskView {
  readonly taskId: string;
  readonly id: string;
  readonly name: string;
  readonly status: TaskStatusName;
  readonly exitCode: number | undefined;
  readonly durationMs: number | undefined;
  /** Why it did not succeed, in words; empty otherwise. */
  readonly reason: string;
}

/** What is known of a run: filled from what a watcher learns. */
export class RunLedger {
  readonly invocationId: string;
  invocation: Invocation | undefined;
  readonly #tasks = new Map<string, InvocationTask>();
  readonly #errorTails = new Map<string, Uint8Array>();

  constructor(invocationId: string) {
    this.invocationId = invocationId;
  }

  take(event: WatchEvent): void {
    if (event.kind === 'invocation') this.invocation = event.invocation;
    if (event.kind === 'task') this.#tasks.set(event.task.invocationTaskId, event.task);
    if (event.kind === 'output' && event.chunk.stream === OutputStream.STDERR) {
      const { invocationTaskId } = event.task;
      const tail = Buffer.concat([this.#errorTails.get(invocationTaskId) ?? new Uint8Array(), event.chunk.data]);
      this.#errorTails.set(invocationTaskId, tail.subarray(-TAIL_BYTES));
    }
  }

  /** Ordered by name. */
  tasks(): TaskView[] {
    return [...this.#tasks.values()]
      .map((task) => toTaskView(task, this.#errorTails.get(task.invocationTaskId)))
      .toSorted(byName);
  }

  task(taskId: string): InvocationTask | undefined {
    return this.#tasks.get(taskId);
  }

  tally(): Tally {
    return tally(this.#statuses());
  }

  exitCode(): number {
    return exitCodeOf(this.#statuses());
  }

  /** TAT's word for the run as a whole. */
  status(): string {
    return this.invocation ? invocationStatusName(this.invocation.invocationStatus) : 'UNSPECIFIED';
  }

  /** From the request to the last end, by the service's clock; until now when something is under way. */
  elapsedMs(nowMs: number): number {
    const tasks = [...this.#tasks.values()];
    const began = this.invocation?.createdTime ?? tasks[0]?.createdTime;
    if (!began) return 0;
    const ends = tasks.map(({ endTime }) => (endTime ? timestampMs(endTime) : nowMs));
    return Math.max(0, Math.max(...ends, timestampMs(began)) - timestampMs(began));
  }

  #statuses(): TaskStatusName[] {
    return [...this.#tasks.values()].map(({ taskStatus }) => taskStatusName(taskStatus));
  }
}

/** A task for people. `errorTail` is the end of its error output, where it is known. */
export function toTaskView(task: InvocationTask, errorTail?: Uint8Array): TaskView {
  const status = taskStatusName(task.taskStatus);
  const result = task.taskResult;
  const exitCode = hasEnded(status) ? result?.exitCode : undefined;
  return {
    taskId: task.invocationTaskId,
    id: task.instanceId,
    name: task.instanceName || task.instanceId,
    status,
    exitCode,
    durationMs: between(result?.execStartTime, result?.execEndTime) ?? between(task.startTime, task.endTime),
    reason: hasEnded(status) && status !== 'SUCCESS' ? reason(task, status, exitCode, errorTail) + late(task) : '',
  };
}

/** What the machine said once the service had given the task up. */
function late({ lateResult }: InvocationTask): string {
  if (!lateResult) return '';
  const { taskStatus, exitCode } = lateResult;
  const said = taskStatusName(taskStatus) + (exitCode === undefined ? '' : `, exit code ${exitCode}`);
  return `; told too late: ${said}`;
}

function reason(
  task: InvocationTask,
  status: TaskStatusName,
  exitCode: number | undefined,
  errorTail: Uint8Array | undefined,
): string {
  // the script's own last words say more than its exit code, which stands beside them; above 128 that may have been a signal
  const own = status === 'FAILED' && exitCode !== undefined && exitCode > 0 && exitCode <= 128;
  return (own && errorTail && escapeBytes(lastLine(errorTail))) || task.errorInfo;
}

function between(start: Timestamp | undefined, end: Timestamp | undefined): number | undefined {
  return start && end ? timestampMs(end) - timestampMs(start) : undefined;
}
