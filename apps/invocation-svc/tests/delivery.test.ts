import { NoAnswer, subjects } from '@muster/bus';
import {
  HeldState,
  HelloReplySchema,
  HelloSchema,
  OutputStream,
  StartReplySchema,
  StartRequestSchema,
  TaskOutcome,
  TaskStatus,
  Verdict,
} from '@muster/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

let service: Fixture;

beforeAll(async () => {
  service = await startFixture();
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.clock.ahead = 0;
});

const onlyTask = async (invocationId: string) => (await tasksOf(service, invocationId))[0]!;
const cancel = (invocationId: string) => service.runs().cancelInvocation({ invocationId });

describe('an order', () => {
  it('counts as delayed after the window, is sent again, and may still start', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const first = await agent.tasks.next();
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.DELIVERING);
    service.clock.ahead = 10_000;
    const second = await agent.tasks.next();
    expect(second.order).toEqual(first.order);
    const task = await onlyTask(invocationId);
    expect(task.taskStatus).toBe(TaskStatus.DELIVER_DELAYED);
    const { invocationTaskId } = task;
    expect((await agent.start({ invocationTaskId, claim: 'claim-1' })).granted).toBe(true);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.RUNNING);
    await finish(agent, task);
  });

  it('is delayed at once when nobody listens, and sent as soon as somebody does', async () => {
    const agent = await service.agent();
    await openDeafSession(agent);
    const invocationId = await run(service, [agent]);
    await untilTaskIs(service, invocationId, TaskStatus.DELIVER_DELAYED);
    await agent.hello();
    const order = await startOn(agent);
    expect(order.epoch).toBe(agent.epoch);
    await finish(agent, order);
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  });

  it('is given up at the deadline, and no start is granted after it', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { order } = await agent.tasks.next();
    service.clock.ahead = 61_000;
    expect((await agent.start({ invocationTaskId: order.invocationTaskId, claim: 'claim-1' })).granted).toBe(false);
    const task = await untilTaskIs(service, invocationId, TaskStatus.DELIVER_FAILED);
    expect(task.taskResult!.exitCode).toBeUndefined();
    expect(task.endTime).toBeDefined();
  });

  /** A session whose subjects the machine does not listen to. */
  async function openDeafSession({ bus, instanceId }: FakeAgent): Promise<void> {
    const machine = { agentVersion: '0.1.0', systemName: 'Linux', hostName: 'web-1', localIp: '10.0.0.1' };
    const message = { ...machine, bootId: 'boot-1', journalId: 'journal-1' };
    const subject = subjects.agentUp(instanceId, 'hello');
    await bus.request(subject, { schema: HelloSchema, message }, HelloReplySchema, 5_000);
  }
});

describe('the start', () => {
  it('is granted to one claim only, and that one hears the same as often as it asks', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = (await agent.tasks.next()).order;
    const claims = ['claim-1', 'claim-2', 'claim-3', 'claim-1', 'claim-2'];
    const replies = await Promise.all(claims.map((claim) => agent.start({ invocationTaskId, claim })));
    const granted = claims.filter((_, index) => replies[index]!.granted);
    expect(new Set(granted).size).toBe(1);
    const [winner] = granted;
    expect((await agent.start({ invocationTaskId, claim: winner! })).granted).toBe(true);
    await finish(agent, { invocationTaskId }, { claim: winner! });
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
    expect((await agent.start({ invocationTaskId, claim: winner! })).granted).toBe(false);
  });

  it('is for the machine that the task is for', async () => {
    const agent = await service.agent();
    const thief = await service.agent();
    await run(service, [agent]);
    const { invocationTaskId } = (await agent.tasks.next()).order;
    expect(await thief.start({ invocationTaskId, claim: 'c' })).toMatchObject({
      granted: false,
      reason: 'no such task',
    });
    expect(await finish(thief, { invocationTaskId }, { outcome: TaskOutcome.START_FAILED })).toMatchObject({
      committed: true,
    });
    const data = bytes('not mine');
    const chunks = [{ invocationTaskId, stream: OutputStream.STDOUT, offset: 0, data }];
    expect((await thief.output({ chunks })).positions).toMatchObject([{ stdoutNext: 0, closed: true }]);
    const started = await agent.start({ invocationTaskId, claim: 'claim-1' });
    expect(started.granted).toBe(true);
    expect((await finish(agent, { invocationTaskId })).committed).toBe(true);
  });

  it('is not answered in a session that a newer one has fenced off', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = (await agent.tasks.next()).order;
    const old = agent.epoch;
    await agent.hello({ held: [{ invocationTaskId, state: HeldState.CLAIMED }] });
    const message = { epoch: old, invocationTaskId, claim: 'claim-1' };
    const asked = agent.bus.request(
      subjects.agentUp(agent.instanceId, 'start'),
      { schema: StartRequestSchema, message },
      StartReplySchema,
      300,
    );
    await expect(asked).rejects.toThrow(NoAnswer);
    expect((await agent.start({ invocationTaskId, claim: 'claim-1' })).granted).toBe(true);
    expect(await finish(agent, { invocationTaskId }, { epoch: old })).toMatchObject({ committed: false });
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.RUNNING);
    expect((await finish(agent, { invocationTaskId })).committed).toBe(true);
  });
});

describe('output', () => {
  it('is taken byte for byte in its place: repeats are cut, gaps are answered with what is wanted', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = await startOn(agent);
    const send = async (offset: number, text: string) =>
      (await agent.output({ chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset, data: bytes(text) }] }))
        .positions[0]!.stdoutNext;
    expect(await send(0, 'abc')).toBe(3);
    expect(await send(5, 'fg')).toBe(3);
    expect(await send(0, 'abc')).toBe(3);
    expect(await send(1, 'bcde')).toBe(5);
    expect(await send(5, 'fg')).toBe(7);
    await finish(agent, { invocationTaskId }, { stdoutLength: 7 });
    const { taskResult } = await onlyTask(invocationId);
    expect(new TextDecoder().decode(taskResult!.output)).toBe('abcdefg');
    const closed = await agent.output({
      chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset: 7, data: bytes('late') }],
    });
    expect(closed.positions).toMatchObject([{ invocationTaskId, stdoutNext: 7, closed: true }]);
  });

  it('is complete before the result is taken', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = await startOn(agent);
    const early = await finish(agent, { invocationTaskId }, { stdoutLength: 3 });
    expect(early).toMatchObject({ committed: false, position: { stdoutNext: 0, stderrNext: 0, closed: false } });
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.RUNNING);
    await agent.output({ chunks: [{ invocationTaskId, stream: OutputStream.STDOUT, offset: 0, data: bytes('abc') }] });
    expect((await finish(agent, { invocationTaskId }, { stdoutLength: 3 })).committed).toBe(true);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
  });

  it('shows its first 24 KB and counts exactly what that leaves out', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = await startOn(agent);
    const data = new Uint8Array(20_000).map((_, index) => index);
    const chunk = (stream: OutputStream) => ({ invocationTaskId, stream, offset: 0, data });
    await agent.output({ chunks: [chunk(OutputStream.STDERR), chunk(OutputStream.STDOUT)] });
    await finish(agent, { invocationTaskId }, { stdoutLength: 20_000, stderrLength: 20_000, discarded: 7n });
    const { output, dropped, discarded } = (await onlyTask(invocationId)).taskResult!;
    expect(Buffer.compare(output, Buffer.concat([data, data]).subarray(0, 24_576))).toBe(0);
    expect(dropped).toBe(BigInt(40_000 - 24_576 + 7));
    expect(discarded).toBe(7n);
  });
});

describe('the end', () => {
  it('is committed before the machine may forget it, and the same again changes nothing', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    expect((await finish(agent, order)).committed).toBe(true);
    await agent.fins.next();
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
    expect((await finish(agent, order, { outcome: TaskOutcome.FAILED, exitCode: 9 })).committed).toBe(true);
    expect(await agent.fins.next()).toMatchObject({ invocationTaskId: order.invocationTaskId });
    expect(await onlyTask(invocationId)).toMatchObject({ taskStatus: TaskStatus.SUCCESS, taskResult: { exitCode: 0 } });
  });

  it('is TASK_TIMEOUT without a word until timeout and grace, and a late result changes nothing', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent], { timeout: 5 });
    const order = await startOn(agent);
    service.clock.ahead = 64_000;
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.RUNNING);
    service.clock.ahead = 66_000;
    await untilTaskIs(service, invocationId, TaskStatus.TASK_TIMEOUT);
    expect(await finish(agent, order)).toMatchObject({ committed: true });
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.TASK_TIMEOUT);
    const { verdicts } = await agent.hello({
      held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.RUNNING }],
    });
    expect(verdicts).toMatchObject([{ verdict: Verdict.KILL }]);
  });
});

describe('a cancel', () => {
  it('ends a task that has not started, whose start is then refused', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const { invocationTaskId } = (await agent.tasks.next()).order;
    await cancel(invocationId);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.CANCELLED);
    expect((await agent.start({ invocationTaskId, claim: 'claim-1' })).granted).toBe(false);
    await cancel(invocationId);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.CANCELLED);
  });

  it('asks the machine to kill what runs, again when that got lost, and is confirmed by its result', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    await cancel(invocationId);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.CANCELLING);
    expect(await agent.cancels.next()).toMatchObject({ invocationTaskId: order.invocationTaskId });
    service.clock.ahead = 5_000;
    expect(await agent.cancels.next()).toMatchObject({ invocationTaskId: order.invocationTaskId });
    const { verdicts } = await agent.hello({
      held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.RUNNING }],
    });
    expect(verdicts).toMatchObject([{ verdict: Verdict.KILL }]);
    await finish(agent, order, { outcome: TaskOutcome.TERMINATED, exitCode: -1 });
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.TERMINATED);
  });

  it('leaves alone what has ended', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    await finish(agent, await startOn(agent));
    await cancel(invocationId);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
  });

  it('and a start at the same time agree on who came first', async () => {
    const agent = await service.agent();
    for (let round = 0; round < 20; round++) {
      const invocationId = await run(service, [agent]);
      const { invocationTaskId } = (await agent.tasks.next()).order;
      const [reply] = await Promise.all([agent.start({ invocationTaskId, claim: 'claim-1' }), cancel(invocationId)]);
      const { taskStatus } = await onlyTask(invocationId);
      expect(taskStatus).toBe(reply.granted ? TaskStatus.CANCELLING : TaskStatus.CANCELLED);
      if (reply.granted) await finish(agent, { invocationTaskId }, { outcome: TaskOutcome.TERMINATED, exitCode: -1 });
    }
  });

  it('that nobody answers ends as TASK_TIMEOUT after the grace', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent], { timeout: 86_400 });
    await startOn(agent);
    await cancel(invocationId);
    service.clock.ahead = 61_000;
    await untilTaskIs(service, invocationId, TaskStatus.TASK_TIMEOUT);
  });
});

describe('hello', () => {
  it.each([
    ['a machine that lost its script', {}, /^INTERRUPTED: /],
    ['a machine that lost its memory', { journalId: 'journal-2' }, /^AGENT_STATE_LOST: /],
  ])('ends what %s can never report', async (_, says, errorInfo) => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    await startOn(agent);
    await agent.hello(says);
    expect(await onlyTask(invocationId)).toMatchObject({
      taskStatus: TaskStatus.FAILED,
      errorInfo: expect.stringMatching(errorInfo),
    });
  });

  it('lets go on what runs, and asks for the result of what has ended on the machine', async () => {
    const agent = await service.agent();
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    const running = await agent.hello({
      held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.RUNNING }],
    });
    expect(running.verdicts).toMatchObject([{ verdict: Verdict.GO_ON }]);
    const finished = await agent.hello({
      held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.FINISHED }],
    });
    expect(finished.verdicts).toMatchObject([{ verdict: Verdict.RESEND }]);
    await finish(agent, order);
    const ended = await agent.hello({
      held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.FINISHED }],
    });
    expect(ended.verdicts).toMatchObject([{ verdict: Verdict.FORGET }]);
    expect((await onlyTask(invocationId)).taskStatus).toBe(TaskStatus.SUCCESS);
  });

  it("forgets tasks that are not the machine's own", async () => {
    const agent = await service.agent();
    const thief = await service.agent();
    await run(service, [agent]);
    const order = await startOn(agent);
    const { verdicts } = await thief.hello({
      held: [{ invocationTaskId: order.invocationTaskId, state: HeldState.FINISHED }],
    });
    expect(verdicts).toMatchObject([{ verdict: Verdict.FORGET }]);
    expect((await finish(agent, order)).committed).toBe(true);
  });
});
