import { EventEmitter, on } from 'node:events';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AgentStatus,
  type AutomationAgentInfo,
  AutomationAgentInfoSchema,
  type Command,
  CommandSchema,
  CommandType,
  type Invocation,
  InvocationSchema,
  InvocationStatus,
  type InvocationTask,
  InvocationTaskSchema,
  OutputStream,
  TaskResultSchema,
  TaskStatus,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { SESSION_FEATURES } from '@muster/terminal';
import { ACCOUNT_UIN } from '@muster/testkit';
import { past } from './past.ts';
import type { FakeRecording } from './recordings.ts';
import { Shells } from './shells.ts';

type Side = 'stdout' | 'stderr';
const STREAM = { stdout: OutputStream.STDOUT, stderr: OutputStream.STDERR };

/** One run that a test moves along. */
export class FakeRun extends EventEmitter {
  readonly invocation: Invocation;
  readonly tasks: InvocationTask[];
  readonly output: { task: InvocationTask; side: Side; offset: number; data: Uint8Array }[] = [];
  /** Ends every open watch at once, as a dropped connection does. */
  readonly drop = () => this.emit('change', 'drop');

  constructor(invocation: MessageInitShape<typeof InvocationSchema>, machines: readonly AutomationAgentInfo[]) {
    super({ captureRejections: false });
    this.setMaxListeners(50);
    this.invocation = create(InvocationSchema, {
      invocationStatus: InvocationStatus.RUNNING,
      commandType: CommandType.SHELL,
      timeout: 60,
      username: 'root',
      workingDirectory: '/root',
      uin: ACCOUNT_UIN,
      createdTime: past(2),
      startTime: past(2),
      ...invocation,
    });
    const { invocationId, commandId, commandName } = this.invocation;
    this.tasks = machines.map(({ instanceId, instanceName }, index) =>
      create(InvocationTaskSchema, {
        invocationId,
        commandId,
        commandName,
        instanceId,
        instanceName,
        invocationTaskId: `invt-${invocationId.slice(4)}${index}`,
        taskStatus: TaskStatus.RUNNING,
        startTime: past(2),
        taskResult: create(TaskResultSchema, { execStartTime: past(2) }),
      }),
    );
    this.#summarise();
  }

  /** What a script on machine `index` writes. */
  write(index: number, text: string | Uint8Array, side: Side = 'stdout'): void {
    const task = this.tasks[index]!;
    const data = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this.output.push({ task, side, offset: this.length(task, side), data });
    this.emit('change');
  }

  /** How a task ends. */
  end(index: number, status: TaskStatus = TaskStatus.SUCCESS, exitCode?: number, errorInfo = ''): void {
    const task = this.tasks[index]!;
    task.taskStatus = status;
    task.errorInfo = errorInfo;
    task.endTime = timestampFromMs(Date.now());
    task.taskResult!.execEndTime = task.endTime;
    if (exitCode !== undefined) task.taskResult!.exitCode = exitCode;
    this.#summarise();
    this.emit('change');
  }

  set(index: number, status: TaskStatus): void {
    this.tasks[index]!.taskStatus = status;
    this.#summarise();
    this.emit('change');
  }

  length(task: InvocationTask, side: Side): number {
    return this.output
      .filter((each) => each.task === task && each.side === side)
      .reduce((sum, each) => sum + each.data.length, 0);
  }

  /** The stream that the real service promises: a snapshot, what the cursors do not have yet, then every change until the end. */
  async *watch(
    cursors: readonly { invocationTaskId: string; stdoutOffset: number; stderrOffset: number }[],
    signal: AbortSignal,
  ) {
    const changes = on(this, 'change', { signal });
    let sequence = 1n;
    const next = () => {
      sequence += 1n;
      return sequence;
    };
    const { invocation, tasks } = this;
    yield { sequence, event: { case: 'snapshot' as const, value: { invocation, tasks } } };
    const known = new Map(tasks.map((task) => [task, task.taskStatus] as const));
    let status = invocation.invocationStatus;
    let sent = 0;
    for (;;) {
      for (; sent < this.output.length; sent += 1) {
        const { task, side, offset, data } = this.output[sent]!;
        const cursor = cursors.find((each) => each.invocationTaskId === task.invocationTaskId);
        const have = (side === 'stdout' ? cursor?.stdoutOffset : cursor?.stderrOffset) ?? 0;
        if (offset + data.length <= have) continue;
        const { invocationTaskId } = task;
        yield {
          sequence,
          event: { case: 'output' as const, value: { invocationTaskId, stream: STREAM[side], offset, data } },
        };
      }
      for (const task of tasks) {
        if (known.get(task) === task.taskStatus) continue;
        known.set(task, task.taskStatus);
        yield { sequence: next(), event: { case: 'task' as const, value: task } };
      }
      if (status !== invocation.invocationStatus) {
        status = invocation.invocationStatus;
        yield { sequence: next(), event: { case: 'invocation' as const, value: invocation } };
      }
      if (this.ended && sent === this.output.length) return;
      const { value } = await changes.next();
      if ((value as unknown[])[0] === 'drop')
        throw new Refusal('unavailable', 'ServiceUnavailable', 'the test dropped the stream');
    }
  }

  get ended(): boolean {
    return this.tasks.every((task) => OPEN.every((status) => status !== task.taskStatus));
  }

  #summarise(): void {
    this.invocation.invocationTaskBasicInfoSet = this.tasks.map(
      ({ taskStatus, instanceId, instanceName, invocationTaskId }) => ({
        $typeName: 'muster.invocation.v1.InvocationTaskBasicInfo',
        taskStatus,
        instanceId,
        instanceName,
        invocationTaskId,
      }),
    );
    const all = (status: TaskStatus) => this.tasks.every((task) => task.taskStatus === status);
    if (!this.ended) return;
    this.invocation.endTime = timestampFromMs(Date.now());
    if (all(TaskStatus.SUCCESS)) this.invocation.invocationStatus = InvocationStatus.SUCCESS;
    else if (all(TaskStatus.TERMINATED)) this.invocation.invocationStatus = InvocationStatus.CANCELLED;
    else if (this.tasks.some((task) => task.taskStatus === TaskStatus.SUCCESS))
      this.invocation.invocationStatus = InvocationStatus.PARTIAL_FAILED;
    else this.invocation.invocationStatus = InvocationStatus.FAILED;
  }
}

const OPEN: readonly TaskStatus[] = [
  TaskStatus.PENDING,
  TaskStatus.DELIVERING,
  TaskStatus.DELIVER_DELAYED,
  TaskStatus.RUNNING,
  TaskStatus.CANCELLING,
];

/** Everything that the scripted services know. */
export class World {
  machines: AutomationAgentInfo[] = [];
  runs: FakeRun[] = [];
  /** All versions of every command, oldest first. */
  commands = new Map<string, Command[]>();
  readonly shells = new Shells();
  readonly recordings: FakeRecording[] = [];
  password = 'correct horse';
  /** What the authenticator of root shows; undefined when there is none. */
  mfaCode: string | undefined;
  /** Whether the password must be replaced at the next login. */
  replacePassword: boolean | undefined;
  /** Seconds until a new token ends. */
  tokenLife = 3_600;

  /** Forgets everything, for the next test. */
  clear(): void {
    this.machines = [];
    this.runs = [];
    this.commands.clear();
    this.shells.clear();
    this.recordings.length = 0;
    this.mfaCode = undefined;
    this.replacePassword = undefined;
    this.tokenLife = 3_600;
  }

  machine(name: string, online = true, seconds = 4): AutomationAgentInfo {
    const instanceId = `ins-${name.replaceAll(/[^a-z0-9]/g, '').padEnd(8, '0')}`;
    const machine = create(AutomationAgentInfoSchema, {
      instanceId,
      instanceName: name,
      hostName: `${name}.example.internal`,
      version: '0.1.0',
      environment: 'Linux',
      localIp: '10.0.4.17',
      agentStatus: online ? AgentStatus.ONLINE : AgentStatus.OFFLINE,
      supportFeatures: [SESSION_FEATURES.SHELL],
      lastHeartbeatTime: past(seconds),
      createdTime: past(86_400),
    });
    this.machines.push(machine);
    return machine;
  }

  run(invocation: MessageInitShape<typeof InvocationSchema>, machines: readonly AutomationAgentInfo[]): FakeRun {
    const number = String(this.runs.length + 1).padStart(8, '0');
    const run = new FakeRun(
      { invocationId: `inv-${number}`, commandId: `cmd-run${number.slice(3)}`, ...invocation },
      machines,
    );
    this.runs.unshift(run);
    return run;
  }

  command(given: Partial<Command>): Command {
    const { $typeName: _, $unknown: __, ...init } = given;
    const versions = this.commands.get(init.commandId ?? '') ?? [];
    const latest = versions.at(-1);
    const commandId = init.commandId || `cmd-${String(this.commands.size + 1).padStart(8, '0')}`;
    const command = create(CommandSchema, {
      commandType: CommandType.SHELL,
      username: 'root',
      workingDirectory: '/root',
      timeout: 60,
      createdTime: past(90_000),
      updatedTime: past(60),
      ...(latest && { ...latest, $typeName: undefined }),
      ...init,
      commandId,
      version: versions.length + 1,
    });
    this.commands.set(commandId, [...versions, command]);
    return command;
  }
}
