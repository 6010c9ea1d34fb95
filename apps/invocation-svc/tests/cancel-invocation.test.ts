import type { MessageInitShape } from '@bufbuild/protobuf';
import { type CancelInvocationRequestSchema, TaskOutcome, TaskStatus } from '@muster/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { uncovered } from './declared-codes.ts';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { type Fixture, finish, run, startFixture, startOn, tasksOf } from './runs-fixture.ts';

type Request = MessageInitShape<typeof CancelInvocationRequestSchema>;

let service: Fixture;
let agent: FakeAgent;

beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
});

const cancel = (request: Request, as = 'root') => service.runs(as).cancelInvocation(request);
const statuses = async (invocationId: string) =>
  (
    await service.runs().describeInvocationTasks({ filters: [{ name: 'invocation-id', values: [invocationId] }] })
  ).invocationTaskSet.map((task) => [task.instanceId, task.taskStatus] as const);
const statusOn = async (invocationId: string, { instanceId }: { instanceId: string }) =>
  new Map(await statuses(invocationId)).get(instanceId);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `ins-${String(index).padStart(8, '0')}`);

const REFUSED: readonly (readonly [string, (invocationId: string) => Request, string])[] = [
  ['no run', () => ({}), 'MissingParameter'],
  ['what is no run', () => ({ invocationId: 'x' }), 'InvalidParameterValue.InvalidInvocationId'],
  ['an unknown run', () => ({ invocationId: 'inv-unknown0' }), 'ResourceNotFound.InvocationNotFound'],
  ['101 machines', (invocationId) => ({ invocationId, instanceIds: ids(101) }), 'InvalidParameterValue.LimitExceeded'],
  [
    'what is no machine',
    (invocationId) => ({ invocationId, instanceIds: ['x'] }),
    'InvalidParameterValue.InvalidInstanceId',
  ],
  [
    'another machine',
    (invocationId) => ({ invocationId, instanceIds: ['ins-abcdefgh'] }),
    'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
  ],
  [
    '100 other machines',
    (invocationId) => ({ invocationId, instanceIds: ids(100) }),
    'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
  ],
  ['a token of 65', (invocationId) => ({ invocationId, clientToken: 't'.repeat(65) }), 'InvalidParameterValue.TooLong'],
];

describe('CancelInvocation', () => {
  it.each(REFUSED)('refuses %s', async (_, request, reason) => {
    const invocationId = await run(service, [agent]);
    expect((await refusalOf(cancel(request(invocationId)))).reason).toBe(reason);
    await finish(agent, await startOn(agent));
  });

  it('gives every declared code that can occur', () => {
    const elsewhere = {
      'UnauthorizedOperation.CamAuthFailed': 'below',
      InvalidParameterValue: 'below, for a token that stood for another request',
    };
    const given = REFUSED.map(([, , reason]) => reason);
    expect(uncovered('CancelInvocation', given, elsewhere)).toEqual([]);
  });

  it('is decided on the machines, and cancels only those named', async () => {
    const second = await service.agent();
    const invocationId = await run(service, [agent, second]);
    const first = await startOn(agent);
    const other = await startOn(second);
    service.iam.decide = (action, resource) =>
      action === 'tat:CancelInvocation' && resource.endsWith(second.instanceId);
    expect((await refusalOf(cancel({ invocationId }, 'user'))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    await cancel({ invocationId, instanceIds: [second.instanceId] }, 'user');
    service.iam.decide = () => true;
    await second.cancels.next();
    expect(agent.cancels.waiting).toEqual([]);
    expect(await statusOn(invocationId, agent)).toBe(TaskStatus.RUNNING);
    expect(await statusOn(invocationId, second)).toBe(TaskStatus.CANCELLING);
    await finish(agent, first);
    await finish(second, other, { outcome: TaskOutcome.TERMINATED, exitCode: -1 });
    const foreign = await refusalOf(cancel({ invocationId }, 'root@100000000099'));
    expect(foreign.reason).toBe('ResourceNotFound.InvocationNotFound');
  });

  it('tells each machine’s truth when all of a run is cancelled at once', async () => {
    const [sent, running, done] = [await service.agent(), await service.agent(), await service.agent()];
    const invocationId = await run(service, [sent, running, done]);
    await sent.tasks.next();
    const order = await startOn(running);
    await finish(done, await startOn(done));
    await cancel({ invocationId });
    expect(await statusOn(invocationId, sent)).toBe(TaskStatus.CANCELLED);
    expect(await statusOn(invocationId, running)).toBe(TaskStatus.CANCELLING);
    expect(await statusOn(invocationId, done)).toBe(TaskStatus.SUCCESS);
    await finish(running, order, { outcome: TaskOutcome.TERMINATED, exitCode: -1 });
    await cancel({ invocationId });
    const [task] = (await tasksOf(service, invocationId)).filter((each) => each.instanceId === running.instanceId);
    expect(task).toMatchObject({
      taskStatus: TaskStatus.TERMINATED,
      errorInfo: 'the run was cancelled and the script killed',
    });
  });

  it('twice is the same as once', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    await cancel({ invocationId });
    await cancel({ invocationId });
    expect(await statusOn(invocationId, agent)).toBe(TaskStatus.CANCELLING);
    await finish(agent, order, { outcome: TaskOutcome.TERMINATED, exitCode: -1 });
    await agent.cancels.next();
  });

  it('that comes while the script ends by itself leaves the script its own end', async () => {
    const invocationId = await run(service, [agent]);
    const order = await startOn(agent);
    await cancel({ invocationId });
    await finish(agent, order, { outcome: TaskOutcome.FAILED, exitCode: 3 });
    expect(await tasksOf(service, invocationId)).toMatchObject([
      { taskStatus: TaskStatus.FAILED, errorInfo: 'the script ended with exit code 3' },
    ]);
    while (agent.cancels.waiting.length > 0) await agent.cancels.next();
  });

  it('and an end at the same time agree on who came first', async () => {
    for (let round = 0; round < 20; round++) {
      const invocationId = await run(service, [agent]);
      const order = await startOn(agent);
      const outcome = round % 2 === 0 ? TaskOutcome.SUCCESS : TaskOutcome.TERMINATED;
      const exitCode = round % 2 === 0 ? 0 : -1;
      const [reply] = await Promise.all([finish(agent, order, { outcome, exitCode }), cancel({ invocationId })]);
      expect(reply.committed).toBe(true);
      expect(await statusOn(invocationId, agent)).toBe(round % 2 === 0 ? TaskStatus.SUCCESS : TaskStatus.TERMINATED);
    }
  });

  it('answers a repeated client token, and refuses another request under it', async () => {
    const invocationId = await run(service, [agent]);
    const request = { invocationId, clientToken: 'token-1' };
    await agent.tasks.next();
    await cancel(request);
    await cancel(request);
    expect(await statusOn(invocationId, agent)).toBe(TaskStatus.CANCELLED);
    const other = await refusalOf(cancel({ ...request, instanceIds: [agent.instanceId] }));
    expect(other).toMatchObject({ reason: 'InvalidParameterValue', details: { field: 'ClientToken' } });
  });
});
