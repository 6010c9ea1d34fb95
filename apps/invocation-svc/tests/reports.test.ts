import {
  EnrollmentService,
  HeldState,
  InstanceKind,
  OutputStream,
  TaskOutcome,
  TaskStatus,
  Verdict,
} from '@muster/contract';
import { eventCount, eventually, faultyLink, silentLogger, startNatsServer } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectFakeAgent, type FakeAgent, registerMachine } from './fake-agent.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

const cleanup = new AsyncDisposableStack();
const warned: object[] = [];
let service: Fixture;

beforeAll(async () => {
  const logger = Object.assign(silentLogger.child({}), { warn: (what: object) => void warned.push(what) });
  const nats = cleanup.use(await startNatsServer());
  service = cleanup.use(await startFixture({}, nats, { logger }));
});
afterAll(() => cleanup.disposeAsync());
afterEach(() => {
  service.clock.ahead = 0;
  warned.length = 0;
});

const onlyTask = async (invocationId: string) => (await tasksOf(service, invocationId))[0]!;
const lateEvents = () => eventCount(service.nats, 'evt.invocation.task.late_result');
const write = (agent: FakeAgent, invocationTaskId: string, offset: number, text: string) =>
  agent.output({ chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset, data: bytes(text) }] });

it('F8: a machine that never heard of the commit sends its result again, and hears of it then; nothing else changes', async () => {
  const machine = await service.machine();
  await using link = await faultyLink({ to: service.nats.url.replace('nats://', '') });
  const servers = [`nats://${link.address}`];
  await using agent = await connectFakeAgent({ ...machine, credentials: { ...machine.credentials, servers } });
  await agent.hello();
  const invocationId = await run(service, [agent]);
  const order = await startOn(agent);
  let dropped = 0;
  link.filter(({ way, verb, subject }) => {
    const isFin = way === 'down' && verb === 'MSG' && subject.endsWith('.fin');
    if (isFin) dropped++;
    return isFin ? 0 : 1;
  });
  expect((await finish(agent, order)).committed).toBe(true);
  await eventually('the fin to be lost', () => dropped === 1);
  const ended = await onlyTask(invocationId);
  expect(ended.taskStatus).toBe(TaskStatus.SUCCESS);
  expect(agent.fins.waiting).toEqual([]);

  link.heal();
  expect((await finish(agent, order)).committed).toBe(true);
  expect(await agent.fins.next()).toMatchObject({ invocationTaskId: order.invocationTaskId });
  expect(await onlyTask(invocationId)).toEqual(ended);
  expect(warned).toEqual([]);
  const held = [{ invocationTaskId: order.invocationTaskId, state: HeldState.FINISHED }];
  expect((await agent.hello({ held })).verdicts).toMatchObject([{ verdict: Verdict.FORGET }]);
});

it('F9: a result told again from another session with another exit code changes nothing, is counted and logged', async () => {
  const agent = await service.agent();
  const invocationId = await run(service, [agent]);
  const order = await startOn(agent);
  await finish(agent, order, { outcome: TaskOutcome.FAILED, exitCode: 3 });
  const first = await onlyTask(invocationId);
  await agent.hello();
  for (const conflicts of [1, 2]) {
    const again = await finish(agent, order, { exitCode: 0 });
    expect(again.committed).toBe(true);
    expect(await onlyTask(invocationId)).toEqual(first);
    expect(warned).toEqual([
      {
        instanceId: agent.instanceId,
        tenant: expect.any(String),
        invocationTaskId: order.invocationTaskId,
        first: { status: 'FAILED', exitCode: 3 },
        now: { status: 'SUCCESS', exitCode: 0 },
        conflicts,
        epoch: '2',
      },
    ]);
    warned.length = 0;
  }
  expect((await finish(agent, order, { outcome: TaskOutcome.FAILED, exitCode: 3 })).committed).toBe(true);
  expect(warned).toEqual([]);
});

describe('F10: a result that comes after TASK_TIMEOUT', () => {
  it('F10: is kept beside the state, told as an event, and wanted once', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent], { timeout: 5 });
    const order = await startOn(agent);
    service.clock.ahead = 66_000;
    const silent = await untilTaskIs(service, invocationId, TaskStatus.TASK_TIMEOUT);
    expect(silent.lateResult).toBeUndefined();
    const before = await lateEvents();

    const held = [{ invocationTaskId: order.invocationTaskId, state: HeldState.FINISHED }];
    expect((await agent.hello({ held })).verdicts).toMatchObject([{ verdict: Verdict.RESEND }]);
    const says = { outcome: TaskOutcome.FAILED, exitCode: 7, stdoutLength: 12 };
    expect(await finish(agent, order, says)).toMatchObject({ committed: true, position: { closed: true } });
    const after = await onlyTask(invocationId);
    expect(after).toEqual({ ...silent, lateResult: after.lateResult });
    expect(after.lateResult).toMatchObject({
      taskStatus: TaskStatus.FAILED,
      exitCode: 7,
      errorInfo: 'the script ended with exit code 7',
      receivedTime: expect.anything(),
    });
    await eventually('the event', async () => (await lateEvents()) === before + 1);

    expect((await agent.hello({ held })).verdicts).toMatchObject([{ verdict: Verdict.FORGET }]);
    await finish(agent, order, says);
    expect(await onlyTask(invocationId)).toEqual(after);
    await finish(agent, order);
    expect(await onlyTask(invocationId)).toEqual(after);
    expect(warned).toMatchObject([{ conflicts: 1, first: { status: 'TASK_TIMEOUT' }, now: { status: 'SUCCESS' } }]);
    expect(await lateEvents()).toBe(before + 1);
  });

  it('F10: is also taken of a script that was thought to be lost', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    await agent.hello();
    const lost = await onlyTask(invocationId);
    expect(lost).toMatchObject({ taskStatus: TaskStatus.FAILED, errorInfo: expect.stringMatching(/^INTERRUPTED/) });
    await finish(agent, order);
    expect(await onlyTask(invocationId)).toMatchObject({
      taskStatus: TaskStatus.FAILED,
      errorInfo: lost.errorInfo,
      lateResult: { taskStatus: TaskStatus.SUCCESS, exitCode: 0, errorInfo: '' },
    });
  });
});

describe('T9: a machine that reports what is not so', () => {
  let agent: FakeAgent;
  let sibling: FakeAgent;
  let foreign: FakeAgent;

  beforeAll(async () => {
    [agent, sibling] = [await service.agent(), await service.agent()];
    const code = await service.instances('root@100000000099').createRegisterCode({ instanceKind: InstanceKind.CVM });
    foreign = cleanup.use(await connectFakeAgent(await registerMachine(service.client(EnrollmentService), code)));
    await foreign.hello();
  });

  /** Says all that can be said of a task that is not its own; hears the same as of one that does not exist. */
  async function forge(thief: FakeAgent, invocationTaskId: string, claim: string): Promise<unknown> {
    const replies = {
      start: await thief.start({ invocationTaskId, claim }),
      output: await write(thief, invocationTaskId, 0, 'forged'),
      result: await finish(thief, { invocationTaskId }, { claim }),
      failed: await finish(thief, { invocationTaskId }, { claim: '', outcome: TaskOutcome.START_FAILED }),
      hello: await thief.hello({ held: [{ invocationTaskId, state: HeldState.RUNNING }] }),
    };
    const { verdicts } = replies.hello;
    const heard = { ...replies, hello: verdicts };
    return JSON.parse(JSON.stringify(heard).replaceAll(invocationTaskId, 'ID'));
  }

  it.each(['a sibling', 'another account'])(
    'T9: cannot touch a task of %s, nor learn that there is one',
    async (who) => {
      const thief = who === 'a sibling' ? sibling : foreign;
      const invocationId = await run(service, [agent]);
      const waiting = await agent.tasks.next();
      const unknown = await forge(thief, 'invt-nothere0', 'claim-1');
      expect(await forge(thief, waiting.order.invocationTaskId, 'claim-1')).toEqual(unknown);
      expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.DELIVERING);
      await agent.start({ invocationTaskId: waiting.order.invocationTaskId, claim: 'claim-1' });
      const before = await onlyTask(invocationId);
      expect(await forge(thief, waiting.order.invocationTaskId, 'claim-1')).toEqual(unknown);
      expect(await onlyTask(invocationId)).toEqual(before);
      expect((await finish(agent, waiting.order)).committed).toBe(true);
      const ended = await onlyTask(invocationId);
      expect(await forge(thief, waiting.order.invocationTaskId, 'claim-1')).toEqual(unknown);
      expect(await onlyTask(invocationId)).toEqual(ended);
    },
  );

  it('T9: cannot bring its own task back to life', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const { invocationTaskId } = order;
    await finish(agent, order);
    const ended = await onlyTask(invocationId);
    for (const claim of ['claim-1', 'claim-2']) {
      expect((await agent.start({ invocationTaskId, claim })).granted).toBe(false);
      expect((await finish(agent, order, { claim, outcome: TaskOutcome.FAILED, exitCode: 1 })).committed).toBe(true);
    }
    expect((await write(agent, invocationTaskId, 0, 'more')).positions).toMatchObject([
      { closed: true, stdoutNext: 0 },
    ]);
    expect((await agent.hello({ held: [{ invocationTaskId, state: HeldState.RUNNING }] })).verdicts).toMatchObject([
      { verdict: Verdict.KILL },
    ]);
    expect(await onlyTask(invocationId)).toEqual(ended);
  });

  it('T9: cannot report on a task that it was not allowed to start', async () => {
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = (await agent.tasks.next()).order;
    expect((await write(agent, invocationTaskId, 0, 'early')).positions).toMatchObject([
      { closed: true, stdoutNext: 0 },
    ]);
    await finish(agent, { invocationTaskId });
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.DELIVERING);
    await agent.start({ invocationTaskId, claim: 'claim-1' });
    await finish(agent, { invocationTaskId }, { claim: 'claim-2' });
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.RUNNING);
    await finish(agent, { invocationTaskId });
  });

  it('T9: gets nowhere with offsets and lengths that cannot be', async () => {
    const most = 2 ** 32 - 1;
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const { invocationTaskId } = order;
    // what would be negative is unsigned on the wire: the far end
    for (const offset of [1, 2 ** 31, most]) {
      expect((await write(agent, invocationTaskId, offset, 'gap')).positions).toMatchObject([{ stdoutNext: 0 }]);
    }
    const data = bytes('x');
    const nowhere = { invocationTaskId, stream: 99 as OutputStream, offset: 0, data };
    expect((await agent.output({ chunks: [nowhere] })).positions).toEqual([]);
    expect((await finish(agent, order, { stdoutLength: most, stderrLength: most })).committed).toBe(false);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.RUNNING);
    const endless = { discarded: 2n ** 64n - 1n, elapsedMs: 2n ** 64n - 1n, exitCode: -(2 ** 31) };
    const wordy = { errorInfo: 'x'.repeat(100_000), outputUploadError: 'y'.repeat(100_000) };
    const says = { ...endless, ...wordy, outcome: TaskOutcome.FAILED, outputUrl: 'https://elsewhere.example/' };
    expect((await finish(agent, order, says)).committed).toBe(true);
    const task = await onlyTask(invocationId);
    expect(task).toMatchObject({ taskStatus: TaskStatus.FAILED, taskResult: { discarded: 2n ** 50n, outputUrl: '' } });
    expect(task.errorInfo.length).toBeLessThan(2_000);
    expect(task.taskResult!.outputUploadCosErrorInfo).toHaveLength(1_024);
    const { execEndTime } = task.taskResult!;
    expect(execEndTime!.seconds).toBeLessThanOrEqual(task.endTime!.seconds);
  });
});
