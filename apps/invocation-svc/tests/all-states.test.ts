import { subjects } from '@muster/bus';
import { HelloReplySchema, HelloSchema, InvocationStatus, TaskOutcome, TaskStatus } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { INVOCATION_STATUSES, isFinished } from '../src/domain/invocation-status.ts';
import { isFinal, TASK_STATUSES } from '../src/domain/task-status.ts';
import { INVOCATION_STATUS_TO_PROTO, TASK_STATUS_TO_PROTO } from '../src/enum-convert.ts';
import type { FakeAgent } from './fake-agent.ts';
import { type Fixture, finish, run, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

let service: Fixture;
const tasksSeen = new Set<TaskStatus>();
const runsSeen = new Set<InvocationStatus>();

beforeAll(async () => {
  // clocks jump here, and presence is not what this is about
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.clock.ahead = 0;
});

/** What a run and its tasks are now, as callers see it. */
async function look(invocationId: string): Promise<{ run: InvocationStatus; tasks: TaskStatus[]; says: string[] }> {
  const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
  const tasks = await tasksOf(service, invocationId);
  const seen = { run: invocationSet[0]!.invocationStatus, tasks: tasks.map((task) => task.taskStatus) };
  runsSeen.add(seen.run);
  for (const status of seen.tasks) tasksSeen.add(status);
  return { ...seen, says: tasks.map((task) => task.errorInfo) };
}

const cancel = (invocationId: string, ...agents: FakeAgent[]) =>
  service.runs().cancelInvocation({ invocationId, instanceIds: agents.map(({ instanceId }) => instanceId) });

/** A machine in a session that it does not listen to. */
async function deafAgent(): Promise<FakeAgent> {
  const agent = await service.agent();
  const facts = { agentVersion: '0.1.0', systemName: 'Linux', hostName: 'web-1', localIp: '10.0.0.1' };
  const message = { ...facts, bootId: 'boot-1', journalId: 'journal-1' };
  const subject = subjects.agentUp(agent.instanceId, 'hello');
  await agent.bus.request(subject, { schema: HelloSchema, message }, HelloReplySchema, 5_000);
  return agent;
}

it('a task is DELIVERING, then RUNNING, then SUCCESS', async () => {
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  const { order } = await agent.tasks.next();
  expect(await look(invocationId)).toMatchObject({
    run: InvocationStatus.PENDING,
    tasks: [TaskStatus.DELIVERING],
  });
  await agent.start({ invocationTaskId: order.invocationTaskId, claim: 'claim-1' });
  expect(await look(invocationId)).toMatchObject({ run: InvocationStatus.RUNNING, tasks: [TaskStatus.RUNNING] });
  await finish(agent, order);
  expect(await look(invocationId)).toMatchObject({
    run: InvocationStatus.SUCCESS,
    tasks: [TaskStatus.SUCCESS],
    says: [''],
  });
});

it('is PENDING while its machine is away, and DELIVER_FAILED when that does not return', async () => {
  const { instanceId } = await service.machine();
  const { invocationId } = await service.runs().runCommand({
    content: new TextEncoder().encode('true'),
    instanceIds: [instanceId],
    offlinePolicy: 2,
    offlineExpiry: 100,
  });
  expect(await look(invocationId)).toMatchObject({ run: InvocationStatus.PENDING, tasks: [TaskStatus.PENDING] });
  service.clock.ahead = 101_000;
  await untilTaskIs(service, invocationId, TaskStatus.DELIVER_FAILED);
  const { run: status, says } = await look(invocationId);
  expect(status).toBe(InvocationStatus.FAILED);
  expect(says[0]).toMatch(/^the machine was absent and did not come back to start it by 20\d\d-/);
});

it('is DELIVER_DELAYED where nobody listens, and DELIVER_FAILED at its deadline', async () => {
  const agent = await deafAgent();
  const invocationId = await run(service, [agent]);
  await untilTaskIs(service, invocationId, TaskStatus.DELIVER_DELAYED);
  await look(invocationId);
  service.clock.ahead = 61_000;
  await untilTaskIs(service, invocationId, TaskStatus.DELIVER_FAILED);
  expect((await look(invocationId)).says).toEqual(['the machine did not ask to start it within 60 seconds']);
});

it.each([
  [
    'FAILED',
    { outcome: TaskOutcome.FAILED, exitCode: 3 },
    TaskStatus.FAILED,
    InvocationStatus.FAILED,
    'the script ended with exit code 3',
  ],
  [
    'FAILED by a signal',
    { outcome: TaskOutcome.FAILED, exitCode: 137, errorInfo: 'exit code 137 is how a shell reports signal KILL' },
    TaskStatus.FAILED,
    InvocationStatus.FAILED,
    'exit code 137 is how a shell reports signal KILL',
  ],
  [
    'TIMEOUT',
    { outcome: TaskOutcome.TIMEOUT, exitCode: -1 },
    TaskStatus.TIMEOUT,
    InvocationStatus.TIMEOUT,
    'the script ran longer than its timeout of 60 seconds and was killed',
  ],
  [
    'START_FAILED',
    { outcome: TaskOutcome.START_FAILED, exitCode: -1, errorInfo: 'InvalidUser: no user `web`' },
    TaskStatus.START_FAILED,
    InvocationStatus.FAILED,
    'InvalidUser: no user `web`',
  ],
])('ends %s, and says why', async (_, says, task, whole, why) => {
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  await finish(agent, await startOn(agent), says);
  expect(await look(invocationId)).toEqual({ run: whole, tasks: [task], says: [why] });
});

it('is TASK_TIMEOUT when nothing is heard of it', async () => {
  const agent = await service.agent();
  const invocationId = await run(service, [agent], { timeout: 5 });
  await startOn(agent);
  service.clock.ahead = 66_000;
  await untilTaskIs(service, invocationId, TaskStatus.TASK_TIMEOUT);
  expect(await look(invocationId)).toEqual({
    run: InvocationStatus.TIMEOUT,
    tasks: [TaskStatus.TASK_TIMEOUT],
    says: ['nothing was heard of it until its timeout of 5 seconds and the grace after it had passed'],
  });
});

it('is CANCELLING and TERMINATED when it ran, CANCELLED when it did not', async () => {
  const [running, waiting] = [await service.agent(), await service.agent()];
  const invocationId = await run(service, [running, waiting]);
  const order = await startOn(running);
  await waiting.tasks.next();
  await cancel(invocationId);
  const during = await look(invocationId);
  expect(during.run).toBe(InvocationStatus.CANCELLING);
  expect(during.tasks).toContain(TaskStatus.CANCELLING);
  await finish(running, order, { outcome: TaskOutcome.TERMINATED, exitCode: -1 });
  const { run: status, says } = await look(invocationId);
  expect(status).toBe(InvocationStatus.CANCELLED);
  expect(new Set(says)).toEqual(
    new Set(['the run was cancelled and the script killed', 'the run was cancelled before the script started']),
  );
});

it('makes a run PARTIAL_CANCELLED or PARTIAL_FAILED beside a success', async () => {
  const [good, other] = [await service.agent(), await service.agent()];
  const cancelled = await run(service, [good, other]);
  await finish(good, await startOn(good));
  await other.tasks.next();
  await cancel(cancelled, other);
  expect((await look(cancelled)).run).toBe(InvocationStatus.PARTIAL_CANCELLED);
  const failed = await run(service, [good, other]);
  await finish(good, await startOn(good));
  await finish(other, await startOn(other), { outcome: TaskOutcome.FAILED, exitCode: 1 });
  expect((await look(failed)).run).toBe(InvocationStatus.PARTIAL_FAILED);
});

it('by then all thirteen statuses of tasks and all nine of runs were seen', async () => {
  await eventually('every status', () => tasksSeen.size === TASK_STATUSES.length);
  expect(tasksSeen).toEqual(new Set(Object.values(TASK_STATUS_TO_PROTO)));
  expect(runsSeen).toEqual(new Set(Object.values(INVOCATION_STATUS_TO_PROTO)));
  expect([TASK_STATUSES.filter(isFinal).length, INVOCATION_STATUSES.filter(isFinished).length]).toEqual([8, 6]);
});
