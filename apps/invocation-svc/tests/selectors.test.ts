import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  AgentStatus,
  InstanceKind,
  InstanceSelectorSchema,
  OfflinePolicy,
  type RunCommandRequestSchema,
  TaskStatus,
} from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies, eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectFakeAgent, type FakeAgent, type Machine } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, startFixture, startOn, tasksOf, untilTaskIs } from './runs-fixture.ts';

type Request = MessageInitShape<typeof RunCommandRequestSchema>;
type Selector = MessageInitShape<typeof InstanceSelectorSchema>;

let service: Fixture;
/** The machines by their names. */
const fleet = new Map<string, FakeAgent>();

beforeAll(async () => {
  service = await startFixture();
  for (const [name, kind, tags] of [
    ['web-1', InstanceKind.CVM, { role: 'web', env: 'prod' }],
    ['web-2', InstanceKind.REGISTERED, { role: 'web', env: 'test' }],
    ['db-1', InstanceKind.LIGHTHOUSE, { role: 'db', env: 'prod' }],
    ['db[1]', InstanceKind.CVM, {}],
    ['wéb-3', InstanceKind.CVM, { role: '' }],
  ] as const) {
    const agent = await service.agent(kind);
    const instanceIds = [agent.instanceId];
    await service.instances().modifyRegisterInstance({ instanceId: agent.instanceId, instanceName: name });
    const given = Object.entries(tags).map(([key, value]) => ({ key, value: value || 'none' }));
    if (given.length > 0) await service.instances().tagInstances({ instanceIds, tags: given });
    fleet.set(name, agent);
  }
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
  service.clock.ahead = 0;
});

const runOn = (selector: Selector, request: Request = {}, as = 'root') =>
  service
    .runs(as)
    .runCommand({ content: bytes('true'), ...request, selector: create(InstanceSelectorSchema, selector) });
/** How many machines a selector fits, without running anything. */
async function fitting(selector: Selector, as = 'root'): Promise<number> {
  return (await runOn(selector, { dryRun: true }, as)).taskCount;
}
const tag = (key: string, ...values: string[]) => ({ key, values });

describe('a selector', () => {
  it.each<[string, Selector, number]>([
    ['all', { all: true }, 5],
    ['a name', { names: ['web-1'] }, 1],
    ['any text', { names: ['web*'] }, 2],
    ['one character, of any bytes', { names: ['w?b-?'] }, 3],
    ['several names', { names: ['web-1', 'db*'] }, 3],
    ['brackets as they are', { names: ['db[1]'] }, 1],
    ['no set of characters', { names: ['[a-z]*'] }, 0],
    ['letters as they are', { names: ['WEB-1'] }, 0],
    ['a tag key', { tags: [tag('role')] }, 4],
    ['a tag', { tags: [tag('role', 'web')] }, 2],
    ['one value of several', { tags: [tag('role', 'web', 'db')] }, 3],
    ['all of several tags', { tags: [tag('role', 'web'), tag('env', 'prod')] }, 1],
    ['names and tags', { names: ['*-1'], tags: [tag('env', 'prod')] }, 2],
  ])('finds %s', async (_, selector, count) => {
    if (count > 0) expect(await fitting(selector)).toBe(count);
    else {
      const refusal = await refusalOf(fitting(selector));
      expect(refusal).toMatchObject({ reason: 'ResourceNotFound.InstanceNotFound', details: { field: 'Selector' } });
    }
  });

  it.each<[string, Request, string]>([
    ['no part', { selector: {} }, 'MissingParameter'],
    ['all and names', { selector: { all: true, names: ['a'] } }, 'InvalidParameter.ConflictParameter'],
    ['ids beside it', { selector: { all: true }, instanceIds: ['ins-abcdefgh'] }, 'InvalidParameter.ConflictParameter'],
    ['an empty name', { selector: { names: [''] } }, 'InvalidParameterValue'],
    ['a name of 129', { selector: { names: ['n'.repeat(129)] } }, 'InvalidParameterValue.TooLong'],
    ['101 names', { selector: { names: Array(101).fill('n') } }, 'InvalidParameterValue.LimitExceeded'],
    ['a tag without a key', { selector: { tags: [tag('')] } }, 'InvalidParameterValue'],
    ['11 tags', { selector: { tags: Array(11).fill(tag('k')) } }, 'InvalidParameterValue.LimitExceeded'],
    ['21 values', { selector: { tags: [tag('k', ...Array(21).fill('v'))] } }, 'InvalidParameterValue.LimitExceeded'],
  ])('is refused with %s', async (_, request, reason) => {
    expect((await refusalOf(service.runs().runCommand({ content: bytes('true'), ...request }))).reason).toBe(reason);
  });

  it('takes machines of several kinds, by name', async () => {
    const { invocationId, taskCount } = await runOn({ names: ['web-?', 'db-?'] });
    expect(taskCount).toBe(3);
    const { invocationSet } = await service.runs().describeInvocations({
      filters: [{ name: 'instance-kind', values: ['MIXED'] }],
    });
    expect(invocationSet[0]).toMatchObject({ invocationId, instanceKind: InstanceKind.MIXED, taskCount: 3 });
    expect(invocationSet[0]!.invocationTaskBasicInfoSet.map((task) => task.instanceName)).toEqual([
      'db-1',
      'web-1',
      'web-2',
    ]);
    for (const name of ['db-1', 'web-1', 'web-2']) await finish(fleet.get(name)!, await startOn(fleet.get(name)!));
  });

  it('leaves out machines that the caller may not run on, and has those that it takes decided on', async () => {
    const action = 'tat:RunCommand';
    const commands = { effect: 'allow' as const, action, resource: 'qcs::tat:::command/*' };
    const prod = { string_equal: { 'qcs:resource_tag/env': 'prod' } };
    decideByPolicies(service.iam, commands, { effect: 'allow', action, resource: '*', condition: prod });
    expect(await fitting({ all: true }, 'user')).toBe(2);
    const asked = service.iam.questions.at(-1)!.resources.map(({ resource }) => resource);
    expect(asked).toHaveLength(3);
    decideByPolicies(service.iam, commands);
    const none = await refusalOf(fitting({ all: true }, 'user'));
    expect(none.reason).toBe('ResourceNotFound.InstanceNotFound');
    decideByPolicies(service.iam, { effect: 'allow', action, resource: 'qcs::cvm:::instance/*' });
    expect((await refusalOf(fitting({ all: true }, 'user'))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });

  it('does not get around a policy on the tags that the request brings', async () => {
    const deny = {
      effect: 'deny' as const,
      action: 'tat:RunCommand',
      resource: 'qcs::cvm:::instance/*',
      condition: { string_equal: { 'qcs:request_tag/env': 'prod' } },
    };
    decideByPolicies(service.iam, { effect: 'allow', action: '*' }, deny);
    const tagged = { tags: [{ key: 'env', value: 'prod' }], dryRun: true };
    expect((await refusalOf(runOn({ all: true }, tagged, 'user'))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(await fitting({ all: true }, 'user')).toBe(5);
  });

  it('refuses a machine that can never run the language, and names it', async () => {
    const windows = await service.agent(InstanceKind.CVM, 'Windows');
    const refusal = await refusalOf(fitting({ all: true }));
    expect(refusal.reason).toBe('InvalidParameterValue.AgentUnsupportedCommandType');
    expect(refusal.message).toContain(windows.instanceId);
    await service.instances().deleteRegisterInstance({ instanceId: windows.instanceId });
  });
});

describe('an absent machine', () => {
  /** One that has spoken, and is away now. */
  async function departed(): Promise<Machine> {
    const machine = await service.machine();
    const { instanceId } = machine;
    {
      await using agent = await connectFakeAgent(machine);
      await agent.hello();
    }
    await eventually('the machine to be offline', async () => {
      const { automationAgentSet } = await service.instances().describeAutomationAgentStatus({
        instanceIds: [instanceId],
      });
      return automationAgentSet[0]?.agentStatus === AgentStatus.OFFLINE;
    });
    return machine;
  }
  const runWhenBack = ({ instanceId }: Machine, offlineExpiry?: number) =>
    service.runs().runCommand({
      content: bytes('true'),
      instanceIds: [instanceId],
      offlinePolicy: OfflinePolicy.RUN_ON_RETURN,
      ...(offlineExpiry === undefined ? {} : { offlineExpiry }),
    });

  it('is left out and counted, unless that leaves nobody', async () => {
    const { instanceId } = await departed();
    await service.instances().modifyRegisterInstance({ instanceId, instanceName: 'away' });
    const selector = { names: ['away', 'web-1'] };
    expect((await refusalOf(runOn(selector))).reason).toBe('ResourceUnavailable.AgentStatusNotOnline');
    const answer = await runOn(selector, { offlinePolicy: OfflinePolicy.SKIP });
    expect(answer).toMatchObject({ taskCount: 1, offlineCount: 0, skippedCount: 1 });
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [answer.invocationId] });
    expect(invocationSet[0]).toMatchObject({ taskCount: 1, skippedCount: 1 });
    await finish(fleet.get('web-1')!, await startOn(fleet.get('web-1')!));
    const alone = runOn({ names: ['away'] }, { offlinePolicy: OfflinePolicy.SKIP });
    expect((await refusalOf(alone)).reason).toBe('ResourceUnavailable.AgentStatusNotOnline');
  });

  it('runs once when it returns, and is sent nothing before', async () => {
    const machine = await departed();
    const answer = await runWhenBack(machine, 3_600);
    expect(answer).toMatchObject({ taskCount: 1, offlineCount: 1, skippedCount: 0 });
    const { invocationId } = answer;
    const [task] = await tasksOf(service, invocationId);
    expect(task!.taskStatus).toBe(TaskStatus.PENDING);
    expect(timestampMs(task!.offlineExpiryTime!) - timestampMs(task!.createdTime!)).toBe(3_600_000);
    // far past what a machine that is there is given
    service.clock.ahead = 3_000_000;
    await using agent = await connectFakeAgent(machine);
    expect((await tasksOf(service, invocationId))[0]!.taskStatus).toBe(TaskStatus.PENDING);
    await agent.hello();
    await finish(agent, await startOn(agent));
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
    await agent.hello();
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('that has never spoken is waited for as well', async () => {
    const machine = await service.machine();
    expect(
      (await refusalOf(service.runs().runCommand({ content: bytes('true'), instanceIds: [machine.instanceId] })))
        .reason,
    ).toBe('ResourceUnavailable.AgentNotInstalled');
    const { invocationId } = await runWhenBack(machine);
    await using agent = await connectFakeAgent(machine);
    await agent.hello();
    await finish(agent, await startOn(agent));
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  });

  it('is no longer waited for after a cancel', async () => {
    const machine = await departed();
    const { invocationId } = await runWhenBack(machine);
    await service.runs().cancelInvocation({ invocationId });
    expect((await tasksOf(service, invocationId))[0]!.taskStatus).toBe(TaskStatus.CANCELLED);
    await using agent = await connectFakeAgent(machine);
    await agent.hello();
    const other = await service.runs().runCommand({ content: bytes('other'), instanceIds: [machine.instanceId] });
    const order = await startOn(agent);
    expect(order.invocationId).toBe(other.invocationId);
    await finish(agent, order);
  });

  it('that comes and goes before it starts is waited for again', async () => {
    const machine = await departed();
    const { invocationId } = await runWhenBack(machine);
    {
      await using agent = await connectFakeAgent(machine);
      await agent.hello();
      await agent.tasks.next();
    }
    service.clock.ahead = 1_000_000;
    await using agent = await connectFakeAgent(machine);
    await agent.hello();
    await finish(agent, await startOn(agent));
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  });

  it('is waited for across a restart of the service', async () => {
    const machine = await departed();
    const { invocationId } = await runWhenBack(machine);
    await service.stop();
    await service.resume();
    await using agent = await connectFakeAgent(machine);
    await agent.hello();
    await finish(agent, await startOn(agent));
    await untilTaskIs(service, invocationId, TaskStatus.SUCCESS);
  });
});
