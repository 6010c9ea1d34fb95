import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type Invocation,
  InvocationSchema,
  InvocationSource,
  InvocationStatus,
  type InvocationTask,
  InvocationTaskSchema,
  OutputStream,
  TaskResultSchema,
  TaskStatus,
} from '@muster/contract';

const FINAL = new Set<TaskStatus>([
  TaskStatus.DELIVER_FAILED,
  TaskStatus.START_FAILED,
  TaskStatus.SUCCESS,
  TaskStatus.FAILED,
  TaskStatus.TIMEOUT,
  TaskStatus.TASK_TIMEOUT,
  TaskStatus.CANCELLED,
  TaskStatus.TERMINATED,
]);

/** How a test ends a task. */
export interface End {
  readonly status?: TaskStatus;
  readonly exitCode?: number;
  readonly errorInfo?: string;
}

interface Slot {
  readonly task: InvocationTask;
  readonly output: Record<1 | 2, Buffer>;
  version: number;
}

/** A run whose machines do what a test says. The clock is the test's own: every step takes 100 ms. */
export class FakeRun {
  readonly invocation: Invocation;
  readonly #slots: Slot[];
  #version = 1;
  #now: number;
  #changed = Promise.withResolvers<void>();

  constructor(
    ids: { invocationId: string; commandId: string; name?: string; nowMs?: number },
    instances: { instanceId: string; instanceName: string }[],
  ) {
    this.#now = ids.nowMs ?? Date.UTC(2026, 0, 2, 3, 4, 5);
    this.invocation = create(InvocationSchema, {
      invocationId: ids.invocationId,
      commandId: ids.commandId,
      commandName: ids.name ?? 'unnamed',
      invocationStatus: InvocationStatus.PENDING,
      invocationSource: InvocationSource.USER,
      createdTime: timestampFromMs(this.#now),
      timeout: 60,
      username: 'root',
      uin: '100001',
    });
    this.#slots = instances.map((instance, at) => ({
      task: create(InvocationTaskSchema, {
        ...instance,
        invocationId: ids.invocationId,
        invocationTaskId: `invt-${ids.invocationId.slice(-6)}${String(at).padStart(2, '0')}`,
        commandId: ids.commandId,
        commandName: ids.name ?? 'unnamed',
        taskStatus: TaskStatus.PENDING,
        createdTime: timestampFromMs(this.#now),
        updatedTime: timestampFromMs(this.#now),
        commandDocument: { timeout: 60 },
      }),
      output: { 1: Buffer.alloc(0), 2: Buffer.alloc(0) },
      version: 1,
    }));
    this.#refresh();
  }

  get tasks(): InvocationTask[] {
    return this.#slots.map(({ task }) => task);
  }

  get ended(): boolean {
    return this.#slots.every(({ task }) => FINAL.has(task.taskStatus));
  }

  start(name: string): void {
    const { task } = this.#slot(name);
    task.taskStatus = TaskStatus.RUNNING;
    task.startTime = timestampFromMs(this.#now);
    task.taskResult = create(TaskResultSchema, { execStartTime: timestampFromMs(this.#now) });
    this.#change(name);
  }

  write(name: string, text: string | Uint8Array, stream: 1 | 2 = OutputStream.STDOUT): void {
    const { output, task } = this.#slot(name);
    output[stream] = Buffer.concat([output[stream], typeof text === 'string' ? Buffer.from(text) : text]);
    task.taskResult ??= create(TaskResultSchema);
    task.taskResult.stdoutLength = output[OutputStream.STDOUT].length;
    task.taskResult.stderrLength = output[OutputStream.STDERR].length;
    this.#change(undefined);
  }

  end(name: string, { status = TaskStatus.SUCCESS, exitCode, errorInfo = wordsFor(status, exitCode) }: End = {}): void {
    const { task } = this.#slot(name);
    task.taskStatus = status;
    task.errorInfo = errorInfo;
    task.endTime = timestampFromMs(this.#now + 100);
    const result = task.taskResult ?? create(TaskResultSchema);
    task.taskResult = result;
    const code = exitCode ?? (status === TaskStatus.SUCCESS ? 0 : undefined);
    if (code !== undefined) result.exitCode = code;
    if (result.execStartTime) result.execEndTime = timestampFromMs(this.#now + 100);
    this.#change(name);
  }

  /** Runs every machine to the same good end. */
  succeed(text = ''): void {
    for (const { task } of this.#slots) {
      this.start(task.instanceName);
      if (text) this.write(task.instanceName, text);
      this.end(task.instanceName);
    }
  }

  cancel(): void {
    for (const { task } of this.#slots) {
      if (FINAL.has(task.taskStatus)) continue;
      const status = task.taskStatus === TaskStatus.RUNNING ? TaskStatus.TERMINATED : TaskStatus.CANCELLED;
      this.end(task.instanceName, { status, ...(status === TaskStatus.TERMINATED ? { exitCode: -1 } : {}) });
    }
  }

  /** Wakes everybody who waits for a change. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  version(taskId: string): number {
    return this.#slots.find(({ task }) => task.invocationTaskId === taskId)!.version;
  }

  output(taskId: string, stream: 1 | 2): Buffer {
    return this.#slots.find(({ task }) => task.invocationTaskId === taskId)!.output[stream];
  }

  get sequence(): bigint {
    return BigInt(this.#version);
  }

  #slot(name: string): Slot {
    const slot = this.#slots.find(({ task }) => task.instanceName === name || task.instanceId === name);
    if (!slot) throw new Error(`this run has no instance ${name}`);
    return slot;
  }

  #change(name: string | undefined): void {
    this.#version += 1;
    this.#now += 100;
    if (name !== undefined) {
      const slot = this.#slot(name);
      slot.version = this.#version;
      slot.task.updatedTime = timestampFromMs(this.#now);
    }
    this.#refresh();
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }

  #refresh(): void {
    const tasks = this.tasks;
    const all = (status: TaskStatus) => tasks.every(({ taskStatus }) => taskStatus === status);
    this.invocation.taskCount = tasks.length;
    this.invocation.invocationTaskBasicInfoSet = tasks.map(
      ({ invocationTaskId, taskStatus, instanceId, instanceName }) => ({
        $typeName: 'muster.invocation.v1.InvocationTaskBasicInfo',
        invocationTaskId,
        taskStatus,
        instanceId,
        instanceName,
      }),
    );
    this.invocation.invocationStatus = all(TaskStatus.PENDING)
      ? InvocationStatus.PENDING
      : !this.ended
        ? InvocationStatus.RUNNING
        : all(TaskStatus.SUCCESS)
          ? InvocationStatus.SUCCESS
          : tasks.some(({ taskStatus }) => taskStatus === TaskStatus.SUCCESS)
            ? InvocationStatus.PARTIAL_FAILED
            : InvocationStatus.FAILED;
  }
}

/** As the service says why a task did not succeed. */
function wordsFor(status: TaskStatus, exitCode: number | undefined): string {
  if (status === TaskStatus.FAILED) return `the script ended with exit code ${exitCode}`;
  return status === TaskStatus.TIMEOUT ? 'it ran longer than its limit of 60s and was killed' : '';
}
