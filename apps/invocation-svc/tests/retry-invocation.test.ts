import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  CommandSchema,
  CommandType,
  OfflinePolicy,
  type RetryInvocationRequestSchema,
  TagSchema,
  TaskOutcome,
  TaskStatus,
} from '@muster/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf } from './runs-fixture.ts';

type Request = MessageInitShape<typeof RetryInvocationRequestSchema>;

let service: Fixture;
let good: FakeAgent;
let bad: FakeAgent;
let slow: FakeAgent;
/** Succeeded on `good`, failed on `bad`, timed out on `slow`. */
let parent: string;

beforeAll(async () => {
  service = await startFixture();
  [good, bad, slow] = [await service.agent(), await service.agent(), await service.agent()];
  parent = await run(service, [good, bad, slow], {
    content: bytes('login {{tat-hidden:key}}'),
    enableParameter: true,
    parameters: '{"key":"s3cret"}',
    timeout: 7,
  });
  await finish(good, await startOn(good));
  await finish(bad, await startOn(bad), { outcome: TaskOutcome.FAILED, exitCode: 1 });
  await finish(slow, await startOn(slow), { outcome: TaskOutcome.TIMEOUT, exitCode: -1 });
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
});

const retry = (request: Request, as = 'root') => service.runs(as).retryInvocation({ invocationId: parent, ...request });
const byText = (one: string, other: string) => one.localeCompare(other);
const machinesOf = async (invocationId: string) =>
  (await tasksOf(service, invocationId)).map((task) => task.instanceId).toSorted(byText);
const idsOf = (...agents: FakeAgent[]) => agents.map((agent) => agent.instanceId).toSorted(byText);
async function endOn(...agents: FakeAgent[]): Promise<void> {
  for (const agent of agents) await finish(agent, await startOn(agent));
}

describe('RetryInvocation', () => {
  it('runs the snapshot again, secrets and all, exactly where it did not succeed, and names its parent', async () => {
    const { invocationId, taskCount } = await retry({});
    expect(taskCount).toBe(2);
    expect(await machinesOf(invocationId)).toEqual(idsOf(bad, slow));
    const order = await startOn(bad);
    expect(new TextDecoder().decode(order.content)).toBe('login s3cret');
    expect(order).toMatchObject({ timeoutSeconds: 7, environment: { MUSTER_PARAM_KEY: 's3cret' } });
    expect(order.hiddenValues).toEqual(['s3cret']);
    await finish(bad, order);
    await endOn(slow);
    const { invocationSet } = await service.runs().describeInvocations({
      filters: [{ name: 'parent-invocation-id', values: [parent] }],
    });
    expect(invocationSet.map((each) => each.invocationId)).toEqual([invocationId]);
    expect(invocationSet[0]).toMatchObject({ parentInvocationId: parent, parameters: '{"key":"******"}' });
  });

  it('runs only on the machines named, or only where it ended so', async () => {
    const named = await retry({ instanceIds: [slow.instanceId] });
    expect(await machinesOf(named.invocationId)).toEqual(idsOf(slow));
    await endOn(slow);
    const failed = await retry({ taskStatuses: [TaskStatus.FAILED] });
    expect(await machinesOf(failed.invocationId)).toEqual(idsOf(bad));
    await endOn(bad);
  });

  it.each<[string, () => Request, string]>([
    ['no run', () => ({ invocationId: '' }), 'MissingParameter'],
    ['what is no run', () => ({ invocationId: 'x' }), 'InvalidParameterValue.InvalidInvocationId'],
    ['an unknown run', () => ({ invocationId: 'inv-unknown0' }), 'ResourceNotFound.InvocationNotFound'],
    ['what is no machine', () => ({ instanceIds: ['x'] }), 'InvalidParameterValue.InvalidInstanceId'],
    [
      'another machine',
      () => ({ instanceIds: ['ins-abcdefgh'] }),
      'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
    ],
    ['a machine that succeeded', () => ({ instanceIds: [good.instanceId] }), 'InvalidParameterValue'],
    [
      'a machine that ended otherwise',
      () => ({ instanceIds: [slow.instanceId], taskStatuses: [TaskStatus.FAILED] }),
      'InvalidParameterValue',
    ],
    ['successes', () => ({ taskStatuses: [TaskStatus.SUCCESS] }), 'InvalidParameterValue'],
    ['what has not ended', () => ({ taskStatuses: [TaskStatus.RUNNING] }), 'InvalidParameterValue'],
    ['an end that no machine had', () => ({ taskStatuses: [TaskStatus.CANCELLED] }), 'OperationDenied'],
    [
      '201 machines',
      () => ({ instanceIds: Array.from({ length: 201 }, () => 'ins-abcdefgh') }),
      'InvalidParameterValue.LimitExceeded',
    ],
    ['a token of 65', () => ({ clientToken: 't'.repeat(65) }), 'InvalidParameterValue.TooLong'],
    [
      'an expiry of nothing',
      () => ({ offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: 0 }),
      'InvalidParameterValue.Range',
    ],
  ])('refuses %s', async (_, request, reason) => {
    expect((await refusalOf(retry(request()))).reason).toBe(reason);
  });

  it('refuses a run that has not ended, and one that succeeded everywhere', async () => {
    const invocationId = await run(service, [bad, good]);
    await finish(bad, await startOn(bad), { outcome: TaskOutcome.FAILED, exitCode: 1 });
    const underWay = await refusalOf(retry({ invocationId }));
    expect(underWay).toMatchObject({ reason: 'OperationDenied', message: expect.stringContaining('not ended') });
    await endOn(good);
    const again = await retry({ invocationId });
    await endOn(bad);
    const done = await refusalOf(retry({ invocationId: again.invocationId }));
    expect(done).toMatchObject({ reason: 'OperationDenied', message: expect.stringContaining('no machine') });
  });

  it('refuses a machine that is gone', async () => {
    const leaving = await service.agent();
    const invocationId = await run(service, [leaving]);
    await finish(leaving, await startOn(leaving), { outcome: TaskOutcome.FAILED, exitCode: 1 });
    await service.instances().deleteRegisterInstance({ instanceId: leaving.instanceId });
    const gone = await refusalOf(retry({ invocationId }));
    expect(gone.reason).toBe('ResourceNotFound.InstanceNotFound');
  });

  it('is decided as RunCommand on all commands for a script in no library, and on every machine', async () => {
    const asked = service.iam.questions.length;
    service.iam.decide = (_, resource) => !resource.endsWith(slow.instanceId);
    expect((await refusalOf(retry({}, 'user'))).details).toMatchObject({ action: 'tat:RunCommand' });
    expect(service.iam.questions[asked]?.resources.map(({ resource }) => resource)).toEqual([
      'qcs::tat:ap-guangzhou::command/*',
      ...[bad, slow].map(({ instanceId }) => `qcs::cvm:ap-guangzhou::instance/${instanceId}`),
    ]);
    await retry({ instanceIds: [bad.instanceId] }, 'user');
    await endOn(bad);
  });

  it('is decided as InvokeCommand on a stored command as it is today', async () => {
    const commandId = 'cmd-stored00';
    const command = { commandId, content: bytes('true'), commandType: CommandType.SHELL, timeout: 60, version: 1 };
    service.library.commands.set(commandId, create(CommandSchema, command));
    const { invocationId } = await service.runs().invokeCommand({ commandId, instanceIds: [bad.instanceId] });
    await finish(bad, await startOn(bad), { outcome: TaskOutcome.FAILED, exitCode: 1 });
    const tags = [create(TagSchema, { key: 'locked', value: 'yes' })];
    service.library.commands.set(commandId, create(CommandSchema, { ...command, tags }));
    const asked = service.iam.questions.length;
    await retry({ invocationId });
    expect(service.iam.questions[asked]).toMatchObject({
      action: 'tat:InvokeCommand',
      resources: [{ resource: `qcs::tat:ap-guangzhou::command/${commandId}`, tags: [{ key: 'locked' }] }, {}],
    });
    await finish(bad, await startOn(bad), { outcome: TaskOutcome.FAILED, exitCode: 1 });
    // its snapshot outlives it
    service.library.commands.delete(commandId);
    await retry({ invocationId });
    await endOn(bad);
  });

  it('answers a repeated client token with the same run, and refuses another request under it', async () => {
    const request = { instanceIds: [bad.instanceId], clientToken: 'token-1' };
    const first = await retry(request);
    expect(await retry(request)).toEqual(first);
    await endOn(bad);
    expect(bad.tasks.waiting).toEqual([]);
    const other = await refusalOf(retry({ ...request, instanceIds: [] }));
    expect(other).toMatchObject({ reason: 'InvalidParameterValue', details: { field: 'ClientToken' } });
  });
});
