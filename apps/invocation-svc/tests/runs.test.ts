import { timestampMs } from '@bufbuild/protobuf/wkt';
import { InvocationStatus, OutputStream, TaskOutcome, TaskStatus } from '@muster/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

let service: Fixture;
let agent: FakeAgent;
let other: FakeAgent;

beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
  other = await service.agent();
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  service.iam.decide = () => true;
});

const invocation = async (invocationId: string) => {
  const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
  return invocationSet[0]!;
};

describe('a run', () => {
  it('is sent signed, started, reports its output and its end, and is forgotten by the machine', async () => {
    const invocationId = await run(service, [agent], {
      content: bytes('echo {{name}}'),
      enableParameter: true,
      parameters: '{"name":"world"}',
      timeout: 7,
      username: 'web',
      workingDirectory: '/srv',
      commandName: 'greet',
    });
    const { order, genuine } = await agent.tasks.next();
    expect(genuine).toBe(true);
    expect(order).toMatchObject({
      instanceId: agent.instanceId,
      epoch: agent.epoch,
      invocationId,
      username: 'web',
      workingDirectory: '/srv',
      timeoutSeconds: 7,
      environment: { MUSTER_PARAM_NAME: 'world' },
      outputLimitBytes: 1 << 20,
    });
    expect(new TextDecoder().decode(order.content)).toBe('echo world');
    const { invocationTaskId } = order;

    expect(await agent.start({ invocationTaskId, claim: 'claim-1' })).toMatchObject({ granted: true });
    expect((await invocation(invocationId)).invocationStatus).toBe(InvocationStatus.RUNNING);
    const chunks = [
      { invocationTaskId, stream: OutputStream.STDOUT, offset: 0, data: bytes('hello ') },
      { invocationTaskId, stream: OutputStream.STDERR, offset: 0, data: bytes('oh ') },
      { invocationTaskId, stream: OutputStream.STDOUT, offset: 6, data: bytes('world\n') },
    ];
    const { positions } = await agent.output({ chunks });
    expect(positions).toMatchObject([{ invocationTaskId, stdoutNext: 12, stderrNext: 3, closed: false }]);
    const reply = await finish(agent, order, { stdoutLength: 12, stderrLength: 3, elapsedMs: 40n });
    expect(reply.committed).toBe(true);
    expect(await agent.fins.next()).toMatchObject({ invocationTaskId });

    const [task] = await tasksOf(service, invocationId);
    expect(task).toMatchObject({ taskStatus: TaskStatus.SUCCESS, commandName: 'greet', errorInfo: '' });
    expect(new TextDecoder().decode(task!.taskResult!.output)).toBe('hello oh world\n');
    expect(task!.taskResult).toMatchObject({ exitCode: 0, dropped: 0n, stdoutLength: 12, stderrLength: 3 });
    const { execStartTime, execEndTime } = task!.taskResult!;
    expect(timestampMs(execEndTime!) - timestampMs(execStartTime!)).toBeLessThanOrEqual(40);
    const done = await invocation(invocationId);
    expect(done).toMatchObject({ invocationStatus: InvocationStatus.SUCCESS, commandName: 'greet', timeout: 7 });
    expect(done.invocationTaskBasicInfoSet).toMatchObject([{ invocationTaskId, taskStatus: TaskStatus.SUCCESS }]);
    expect(done.startTime && done.endTime).toBeTruthy();
  });

  it.each([
    ['another exit code', { outcome: TaskOutcome.FAILED, exitCode: 3 }, TaskStatus.FAILED, 3],
    ['a machine that calls exit code 1 a success', { outcome: TaskOutcome.SUCCESS, exitCode: 1 }, TaskStatus.FAILED, 1],
    ['its time limit', { outcome: TaskOutcome.TIMEOUT, exitCode: -1 }, TaskStatus.TIMEOUT, -1],
    ['an end that is unknown', { outcome: TaskOutcome.INTERRUPTED, exitCode: -1 }, TaskStatus.FAILED, -1],
    ['no start', { outcome: TaskOutcome.START_FAILED, exitCode: -1 }, TaskStatus.START_FAILED, undefined],
  ])('ends as the machine says: %s', async (_, says, status, exitCode) => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    await finish(agent, order, { ...says, errorInfo: 'because' });
    const [task] = await tasksOf(service, invocationId);
    expect(task).toMatchObject({ taskStatus: status });
    expect(task!.errorInfo).toContain('because');
    expect(task!.taskResult!.exitCode).toBe(exitCode);
    if (says.outcome === TaskOutcome.INTERRUPTED) expect(task!.errorInfo).toMatch(/^INTERRUPTED/);
  });

  it('may fail before the machine could even claim it', async () => {
    const invocationId = await run(service, [agent]);
    const { order } = await agent.tasks.next();
    await finish(agent, order, { claim: '', outcome: TaskOutcome.START_FAILED, errorInfo: 'no space left' });
    expect(await untilTaskIs(service, invocationId, TaskStatus.START_FAILED)).toMatchObject({
      errorInfo: 'no space left',
    });
  });

  it('stands as all of its tasks together', async () => {
    const invocationId = await run(service, [agent, other]);
    const first = await startOn(agent);
    const second = await startOn(other);
    await finish(agent, first);
    expect((await invocation(invocationId)).invocationStatus).toBe(InvocationStatus.RUNNING);
    await finish(other, second, { outcome: TaskOutcome.FAILED, exitCode: 2 });
    expect((await invocation(invocationId)).invocationStatus).toBe(InvocationStatus.PARTIAL_FAILED);
  });
});
