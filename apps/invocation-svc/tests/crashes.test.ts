import { type InvocationTask, OfflinePolicy, OutputStream, TaskOutcome, TaskStatus } from '@muster/contract';
import { eventCount, eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mortal, startMortal } from './crash-fixture.ts';
import type { FakeAgent, ReceivedTask } from './fake-agent.ts';
import { bytes, openStoreOf } from './runs-fixture.ts';

const MACHINES = 1_000;

let service: Mortal;
let agent: FakeAgent;

beforeAll(async () => {
  // what a crash left unsent is sent again soon
  service = await startMortal({ deliveryWindowSeconds: 1 });
  agent = await service.agent();
});
afterAll(() => service[Symbol.asyncDispose]());

const request = (clientToken: string) => ({ content: bytes('true'), instanceIds: [agent.instanceId], clientToken });
const countRuns = async () => (await service.runs().describeInvocations({})).totalCount;

async function onlyTask(invocationId: string): Promise<InvocationTask> {
  const filters = [{ name: 'invocation-id', values: [invocationId] }];
  const { invocationTaskSet } = await service.runs().describeInvocationTasks({ filters, hideOutput: false });
  expect(invocationTaskSet).toHaveLength(1);
  return invocationTaskSet[0]!;
}

/** What an agent does with an order, however often it comes: one claim a task. */
async function startOnce({ order }: ReceivedTask): Promise<string> {
  const { invocationTaskId } = order;
  const claim = `claim of ${invocationTaskId}`;
  expect((await agent.start({ invocationTaskId, claim })).granted).toBe(true);
  // nobody else may run it besides
  expect((await agent.start({ invocationTaskId, claim: 'another claim' })).granted).toBe(false);
  return claim;
}

async function end({ order }: ReceivedTask, says: { stdoutLength?: number } = {}): Promise<void> {
  const { invocationTaskId } = order;
  const report = { invocationTaskId, claim: `claim of ${invocationTaskId}`, outcome: TaskOutcome.SUCCESS, exitCode: 0 };
  expect((await agent.result({ ...report, ...says })).committed).toBe(true);
  expect((await agent.fins.next()).invocationTaskId).toBe(invocationTaskId);
}

/** Starts and ends what was sent of a run; orders of it that come again change nothing. */
async function endRun(invocationId: string): Promise<void> {
  const received = await agent.tasks.next();
  expect(received).toMatchObject({ genuine: true, order: { invocationId } });
  await startOnce(received);
  await end(received);
  expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
  while (agent.tasks.waiting.length > 0) {
    const again = await agent.tasks.next();
    expect(again.order.invocationId).toBe(invocationId);
  }
}

describe('F17: a service that dies between the commit of a run and the sending of its order', () => {
  it('F17: is answered by a repeated call with the same run, and sends the order once it is back', async () => {
    const before = await countRuns();
    await service.diesAt('run.after-commit', () => service.runs().runCommand(request('after-commit')));
    expect(await countRuns()).toBe(before + 1);
    const { invocationId } = await service.runs().runCommand(request('after-commit'));
    expect(await countRuns()).toBe(before + 1);
    await endRun(invocationId);
    expect((await service.runs().runCommand(request('after-commit'))).invocationId).toBe(invocationId);
  });

  it('F17: sends after the window what it had only marked as sent', async () => {
    await service.diesAt('dispatch.after-mark', () => service.runs().runCommand(request('after-mark')));
    const { invocationId } = await service.runs().runCommand(request('after-mark'));
    await endRun(invocationId);
  });
});

it('F18: an order that was sent just before a crash is sent again, and started once', async () => {
  await service.diesAt('dispatch.after-publish', () => service.runs().runCommand(request('after-publish')));
  const first = await agent.tasks.next();
  const second = await agent.tasks.next();
  expect(second.order).toEqual(first.order);
  await startOnce(first);
  await startOnce(second);
  await end(second);
  expect((await onlyTask(first.order.invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
});

describe('F19: a service that dies while it stores a run on 1,000 machines', () => {
  const onAll = {
    content: bytes('true'),
    selector: { names: ['fleet-*'] },
    offlinePolicy: OfflinePolicy.RUN_ON_RETURN,
    clientToken: 'on all',
  };

  beforeAll(async () => {
    await using db = await openStoreOf(service.config);
    const one = await db.selectFrom('instance').selectAll().executeTakeFirstOrThrow();
    const rows = Array.from({ length: MACHINES }, (_, index) => {
      const number = String(index).padStart(8, '0');
      return { ...one, instance_id: `ins-${number}`, name: `fleet-${number}`, public_key: `U${number}`, online: 0 };
    });
    for (let from = 0; from < MACHINES; from += 100) {
      await db
        .insertInto('instance')
        .values(rows.slice(from, from + 100))
        .execute();
    }
  });

  it('F19: has stored nothing of it, and all of it when the call is repeated', async () => {
    const before = await countRuns();
    await service.diesAt('run.mid-insert', () => service.runs().runCommand(onAll), 5);
    expect(await countRuns()).toBe(before);
    const tasksOnFleet = async () => {
      await using db = await openStoreOf(service.config);
      const tasks = db.selectFrom('invocation_task').select('invocation_task_id');
      return (await tasks.where('instance_name', 'like', 'fleet-%').execute()).length;
    };
    expect(await tasksOnFleet()).toBe(0);
    const { invocationId, taskCount } = await service.runs().runCommand(onAll);
    expect(taskCount).toBe(MACHINES);
    expect(await tasksOnFleet()).toBe(MACHINES);
    expect(await countRuns()).toBe(before + 1);
    await service.runs().cancelInvocation({ invocationId });
  });
});

it('a start that was granted just before a crash is granted again to its claim, and to no other', async () => {
  const { invocationId } = await service.runs().runCommand(request('start'));
  const received = await agent.tasks.next();
  const { invocationTaskId } = received.order;
  const claim = `claim of ${invocationTaskId}`;
  await service.diesAt('start.after-commit', () => agent.start({ invocationTaskId, claim }));
  expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.RUNNING);
  await startOnce(received);
  await end(received);
  expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
});

it('output that was stored just before a crash is sent again, and stored once', async () => {
  const { invocationId } = await service.runs().runCommand(request('output'));
  const received = await agent.tasks.next();
  await startOnce(received);
  const { invocationTaskId } = received.order;
  const write = (offset: number, text: string) =>
    agent.output({ chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset, data: bytes(text) }] });
  await service.diesAt('output.after-commit', () => write(0, 'once '));
  expect((await write(0, 'once only')).positions).toMatchObject([{ stdoutNext: 9 }]);
  await end(received, { stdoutLength: 9 });
  const { taskResult } = await onlyTask(invocationId);
  expect(new TextDecoder().decode(taskResult!.output)).toBe('once only');
});

describe('F20: a service that dies over a result', () => {
  it.each([
    ['committed and not confirmed', 'result.after-commit', TaskStatus.SUCCESS],
    ['not committed', 'result.before-commit', TaskStatus.RUNNING],
  ] as const)('F20: that is %s hears it again, ends the task once and confirms it', async (_, point, status) => {
    const { invocationId } = await service.runs().runCommand(request(point));
    const received = await agent.tasks.next();
    await startOnce(received);
    await service.diesAt(point, () => end(received));
    const before = await onlyTask(invocationId);
    expect(before.taskStatus).toBe(status);
    await end(received);
    const after = await onlyTask(invocationId);
    expect(after).toMatchObject({ taskStatus: TaskStatus.SUCCESS, taskResult: { exitCode: 0 } });
    if (before.endTime) expect(after).toEqual(before);
    expect(agent.fins.waiting).toEqual([]);
  });
});

it('an event that was told just before a crash is told once', async () => {
  const told = () => eventCount(service.nats, 'evt.invocation.invocation.created');
  await eventually('the events of earlier runs', async () => (await told()) === (await countRuns()));
  await service.diesAt('outbox.after-publish', () => service.runs().runCommand(request('told')));
  const { invocationId } = await service.runs().runCommand(request('told'));
  await endRun(invocationId);
  await eventually('the event of this run', async () => (await told()) >= (await countRuns()));
  expect(await told()).toBe(await countRuns());
});
