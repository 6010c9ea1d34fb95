import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  AgentStatus,
  InstanceService,
  InvocationService,
  InvocationStatus,
  OfflinePolicy,
  TaskStatus,
} from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkHistory, historyOf } from '../src/state-history.ts';
import { type Callers, startCalling } from './callers.ts';
import { type Fixture, startFixture } from './fixture.ts';

const STOPPED = 'web-4';
const settings = {
  'invocation-svc': {
    MUSTER_DELIVERY_WINDOW_SECONDS: '1',
    MUSTER_DELIVERY_DEADLINE_SECONDS: '10',
    MUSTER_RUN_GRACE_SECONDS: '2',
    MUSTER_HEARTBEAT_SECONDS: '1',
    MUSTER_OFFLINE_AFTER_SECONDS: '10',
  },
};

let fixture: Fixture;
let callers: Callers;
let dataDir: string;
beforeAll(async () => {
  fixture = await startFixture(4, { settings });
  callers = await startCalling(fixture.constellation);
  dataDir = join(fixture.folder, 'data');
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const nameOf = <T extends string>(names: Readonly<Record<T, number>>, status: number): T =>
  (Object.keys(names) as T[]).find((name) => names[name] === status)!;
const runs = () => callers.at(InvocationService, callers.root);
const idOf = (name: string) => fixture.constellation.machines.find((machine) => machine.name === name)!.instanceId;

interface Order {
  readonly script: string;
  readonly on: readonly string[];
  readonly timeout?: number;
  readonly username?: string;
  readonly offlinePolicy?: OfflinePolicy;
}

async function run({ script, on, ...rest }: Order): Promise<string> {
  const { invocationId } = await runs().runCommand({
    content: Buffer.from(script),
    instanceIds: on.map(idOf),
    workingDirectory: '/tmp',
    ...rest,
  });
  return invocationId;
}

/** Follows a run until a task is in this status. */
async function until(invocationId: string, status: TaskStatus): Promise<void> {
  for await (const { event } of runs().watchInvocation({ invocationId })) {
    const tasks = event.case === 'snapshot' ? event.value.tasks : event.case === 'task' ? [event.value] : [];
    if (tasks.some(({ taskStatus }) => taskStatus === status)) return;
  }
  throw new Error(`no task of ${invocationId} came to be ${nameOf(TaskStatus, status)}`);
}

/** Follows a run to its end: how it ended, and how each of its tasks did, in the order of the machines that it named. */
async function endOf(invocationId: string): Promise<{ run: string; tasks: string[] }> {
  const ends = new Map<string, string>();
  let whole: InvocationStatus = InvocationStatus.UNSPECIFIED;
  for await (const { event } of runs().watchInvocation({ invocationId })) {
    const tasks = event.case === 'snapshot' ? event.value.tasks : event.case === 'task' ? [event.value] : [];
    for (const { instanceId, taskStatus } of tasks) ends.set(instanceId, nameOf(TaskStatus, taskStatus));
    if (event.case === 'snapshot') whole = event.value.invocation!.invocationStatus;
    if (event.case === 'invocation') whole = event.value.invocationStatus;
  }
  return { run: nameOf(InvocationStatus, whole), tasks: [...ends.values()] };
}

/** Stops the process of a machine's agent, as a machine that hangs; it goes on when this is disposed of. */
function hang(name: string): Disposable {
  const pid = fixture.constellation.pids()[name]!;
  process.kill(pid, 'SIGSTOP');
  return { [Symbol.dispose]: () => process.kill(pid, 'SIGCONT') };
}

it.each([
  [{ script: 'true' }, { run: 'SUCCESS', tasks: ['SUCCESS'] }],
  [{ script: 'exit 3' }, { run: 'FAILED', tasks: ['FAILED'] }],
  [{ script: 'kill -9 $$' }, { run: 'FAILED', tasks: ['FAILED'] }],
  [
    { script: 'true', username: 'nobody-of-that-name' },
    { run: 'FAILED', tasks: ['START_FAILED'] },
  ],
  [
    { script: 'sleep 300', timeout: 1 },
    { run: 'TIMEOUT', tasks: ['TIMEOUT'] },
  ],
])('%j ends %j', async (order, end) => {
  expect(await endOf(await run({ ...order, on: ['web-1'] }))).toEqual(end);
});

it('a script that outlives the agent that started it succeeds', async () => {
  const script = `kill -KILL ${fixture.constellation.pids()['web-2']}; sleep 0.2`;
  expect(await endOf(await run({ script, on: ['web-2'] }))).toEqual({ run: 'SUCCESS', tasks: ['SUCCESS'] });
});

it('F10: a script whose agent says nothing more is TASK_TIMEOUT, cancelled or not; what it says later stands beside that', async () => {
  const script = `kill -STOP ${fixture.constellation.pids()['web-3']}`;
  const silent = await run({ script, on: ['web-3'], timeout: 1 });
  expect(await endOf(silent)).toEqual({ run: 'TIMEOUT', tasks: ['TASK_TIMEOUT'] });
  process.kill(fixture.constellation.pids()['web-3']!, 'SIGCONT');
  const filters = [{ name: 'invocation-id', values: [silent] }];
  const task = await eventually('the late result', async () => {
    const { invocationTaskSet } = await runs().describeInvocationTasks({ filters });
    return invocationTaskSet[0]!.lateResult && invocationTaskSet[0];
  });
  expect(task).toMatchObject({
    taskStatus: TaskStatus.TASK_TIMEOUT,
    lateResult: { taskStatus: TaskStatus.SUCCESS, exitCode: 0 },
  });

  const cancelled = await run({ script: 'sleep 300', on: ['web-3'] });
  await until(cancelled, TaskStatus.RUNNING);
  using _hanging = hang('web-3');
  await runs().cancelInvocation({ invocationId: cancelled });
  expect(await endOf(cancelled)).toEqual({ run: 'TIMEOUT', tasks: ['TASK_TIMEOUT'] });
});

it('a run that is cancelled while it runs is CANCELLED, its task TERMINATED', async () => {
  const invocationId = await run({ script: 'sleep 300', on: ['web-1'] });
  await until(invocationId, TaskStatus.RUNNING);
  await runs().cancelInvocation({ invocationId });
  expect(await endOf(invocationId)).toEqual({ run: 'CANCELLED', tasks: ['TERMINATED'] });
});

it('beside a success, a failure makes a run PARTIAL_FAILED and a cancel PARTIAL_CANCELLED', async () => {
  const both = ['web-1', 'web-2'];
  // the first to make the folder is the one that fails
  const failed = await run({ script: `! mkdir ${fixture.folder}/first`, on: both });
  const failure = await endOf(failed);
  expect(failure.run).toBe('PARTIAL_FAILED');
  expect(new Set(failure.tasks)).toEqual(new Set(['FAILED', 'SUCCESS']));
  const cancelled = await run({ script: `mkdir ${fixture.folder}/second || sleep 300`, on: both });
  await until(cancelled, TaskStatus.SUCCESS);
  await runs().cancelInvocation({ invocationId: cancelled });
  const end = await endOf(cancelled);
  expect(end.run).toBe('PARTIAL_CANCELLED');
  expect(end.tasks).toContain('SUCCESS');
});

it('a machine that hangs delays what is sent to it, loses it at the deadline, and catches up with what waits for its return', async () => {
  const on = [STOPPED];
  const hanging = hang(STOPPED);
  const lost = await run({ script: 'true', on });
  const cancelled = await run({ script: 'true', on });
  await until(cancelled, TaskStatus.DELIVER_DELAYED);
  await runs().cancelInvocation({ invocationId: cancelled });
  expect(await endOf(cancelled)).toEqual({ run: 'CANCELLED', tasks: ['CANCELLED'] });
  expect(await endOf(lost)).toEqual({ run: 'FAILED', tasks: ['DELIVER_FAILED'] });

  await eventually('the machine to count as absent', async () => {
    const instances = callers.at(InstanceService, callers.root);
    const { automationAgentSet } = await instances.describeAutomationAgentStatus({ instanceIds: [idOf(STOPPED)] });
    return automationAgentSet[0]!.agentStatus === AgentStatus.OFFLINE;
  });
  await expect(run({ script: 'true', on })).rejects.toMatchObject({
    reason: 'ResourceUnavailable.AgentStatusNotOnline',
  });
  const waiting = await run({ script: 'true', on, offlinePolicy: OfflinePolicy.RUN_ON_RETURN });
  await until(waiting, TaskStatus.PENDING);
  hanging[Symbol.dispose]();
  expect(await endOf(waiting)).toEqual({ run: 'SUCCESS', tasks: ['SUCCESS'] });
});

it('by then the store has recorded every status of tasks and of runs', async () => {
  const steps = await historyOf(dataDir);
  const seen = (name: string) => new Set(steps.filter(({ table }) => table === name).map(({ after }) => after));
  const all = (statuses: object) => new Set(Object.keys(statuses).filter((name) => name !== 'UNSPECIFIED'));
  expect(seen('invocation_task')).toEqual(all(TaskStatus));
  expect(seen('invocation')).toEqual(all(InvocationStatus));
  expect([seen('invocation_task').size, seen('invocation').size]).toEqual([13, 9]);
});

it('a step that cannot be is refused, even when nothing of it is left', async () => {
  const copy = join(fixture.folder, 'copy');
  mkdirSync(join(copy, 'invocation-svc'), { recursive: true });
  const file = (folder: string) => join(folder, 'invocation-svc', 'invocation.db');
  {
    using store = new DatabaseSync(file(dataDir), { timeout: 5_000 });
    store.exec(`vacuum into '${file(copy)}'`);
  }
  await checkHistory(copy);
  {
    using store = new DatabaseSync(file(copy));
    store.exec("update invocation_task set status = 'RUNNING' where status = 'TERMINATED'");
    store.exec("update invocation_task set status = 'TERMINATED' where status = 'RUNNING'");
  }
  await expect(checkHistory(copy)).rejects.toThrow(/invocation_task invt-\w+ went from TERMINATED to RUNNING/);
});
