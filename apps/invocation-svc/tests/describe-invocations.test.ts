import { create } from '@bufbuild/protobuf';
import { CommandSchema, CreatedBy, InstanceKind, TaskOutcome } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { decideByPolicies } from '@muster/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { uncovered } from './declared-codes.ts';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn } from './runs-fixture.ts';

let service: Fixture;
let agent: FakeAgent;
let registered: FakeAgent;
/** In the order made: a script on one machine, a stored command on it, a script on the registered one. */
let made: { script: string; stored: string; elsewhere: string };

beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
  registered = await service.agent(InstanceKind.REGISTERED);
  const commandId = 'cmd-stored00';
  service.library.commands.set(
    commandId,
    create(CommandSchema, {
      commandId,
      content: bytes('true'),
      commandType: 1,
      timeout: 60,
      version: 1,
      createdBy: CreatedBy.TAT,
    }),
  );
  const script = await run(service, [agent]);
  service.clock.ahead = 1_000;
  const stored = await service.runs().invokeCommand({ commandId, instanceIds: [agent.instanceId] });
  service.clock.ahead = 2_000;
  const elsewhere = await run(service, [registered]);
  made = { script, stored: stored.invocationId, elsewhere };
  await finish(agent, await startOn(agent));
  await finish(agent, await startOn(agent), { outcome: TaskOutcome.FAILED, exitCode: 1 });
  await finish(registered, await startOn(registered));
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
});

type RunsRequest = Parameters<ReturnType<Fixture['runs']>['describeInvocations']>[0];
type TasksRequest = Parameters<ReturnType<Fixture['runs']>['describeInvocationTasks']>[0];

const runIds = async (request: RunsRequest = {}, as = 'root') =>
  (await service.runs(as).describeInvocations(request)).invocationSet.map((invocation) => invocation.invocationId);
const taskRuns = async (request: TasksRequest = {}, as = 'root') =>
  (await service.runs(as).describeInvocationTasks(request)).invocationTaskSet.map((task) => task.invocationId);
const filter = (name: string, ...values: string[]) => ({ filters: [{ name, values }] });

describe('runs', () => {
  it('are listed newest first, in pages, each account its own', async () => {
    expect(await runIds()).toEqual([made.elsewhere, made.stored, made.script]);
    const page = await service.runs().describeInvocations({ limit: 1, offset: 1 });
    expect(page.totalCount).toBe(3);
    expect(page.invocationSet.map((invocation) => invocation.invocationId)).toEqual([made.stored]);
    expect(await runIds({}, 'root@100000000099')).toEqual([]);
    expect(await runIds({ invocationIds: [made.script] }, 'root@100000000099')).toEqual([]);
  });

  it('are filtered', async () => {
    expect(await runIds(filter('command-id', 'cmd-stored00'))).toEqual([made.stored]);
    expect(await runIds(filter('command-created-by', 'TAT'))).toEqual([made.stored]);
    expect(await runIds(filter('command-created-by', 'USER'))).toEqual([made.elsewhere, made.script]);
    expect(await runIds(filter('instance-kind', 'REGISTERED'))).toEqual([made.elsewhere]);
    expect(await runIds(filter('instance-kind', 'CVM', 'MIXED'))).toEqual([made.stored, made.script]);
    expect(await runIds(filter('invocation-id', made.script, made.stored))).toEqual([made.stored, made.script]);
    expect(await runIds(filter('invocation-status', 'FAILED'))).toEqual([made.stored]);
    expect(await runIds(filter('invocation-status', 'SUCCESS', 'RUNNING'))).toEqual([made.elsewhere, made.script]);
    expect(await runIds(filter('invoker-id', 'ivk-abcdefgh'))).toEqual([]);
    expect(await runIds(filter('parent-invocation-id', made.script))).toEqual([]);
    const both = [...filter('command-created-by', 'USER').filters, ...filter('instance-kind', 'CVM').filters];
    expect(await runIds({ filters: both })).toEqual([made.script]);
    expect(await runIds({ invocationIds: [made.script, 'inv-unknown0'] })).toEqual([made.script]);
  });

  it('are seen by who may see their command; a script in no library is decided on all commands', async () => {
    const allow = (path: string) => ({
      effect: 'allow' as const,
      action: 'tat:DescribeInvocations',
      resource: `qcs::tat:::${path}`,
    });
    decideByPolicies(service.iam, allow('command/cmd-stored00'));
    const seen = await service.runs('user').describeInvocations({});
    expect(seen.invocationSet.map((invocation) => invocation.invocationId)).toEqual([made.stored]);
    expect(seen.totalCount).toBe(1);
    const denied = await refusalOf(service.runs('user').describeInvocations({ invocationIds: [made.script] }));
    expect(denied.reason).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(denied.details.resource).toMatch(/:command\/\*$/);
    decideByPolicies(service.iam, allow('command/*'), { ...allow('command/cmd-*'), effect: 'deny' });
    expect(await runIds({}, 'user')).toEqual([made.elsewhere, made.script]);
    decideByPolicies(service.iam, allow('instance/*'));
    expect(await runIds({}, 'user')).toEqual([]);
  });

  it('are planned with one question, and named ones decided with one resource per command', async () => {
    service.iam.questions.length = service.iam.planned.length = 0;
    await runIds();
    expect(service.iam.planned.map((question) => question.kinds)).toEqual([['qcs::tat:ap-guangzhou::command/*']]);
    expect(service.iam.questions).toEqual([]);
    await runIds({ invocationIds: [made.script, made.elsewhere, made.stored] });
    const asked = service.iam.questions.flatMap((question) => question.resources);
    expect(asked.map(({ resource }) => resource!.split(':').at(-1)).toSorted()).toEqual([
      'command/*',
      'command/cmd-stored00',
    ]);
  });

  const REFUSED: readonly (readonly [string, RunsRequest, string])[] = [
    [
      'ids and filters',
      { invocationIds: ['inv-abcdefgh'], ...filter('command-id', 'x') },
      'InvalidParameter.ConflictParameter',
    ],
    ['what is no run', { invocationIds: ['x'] }, 'InvalidParameterValue.InvalidInvocationId'],
    ['101 runs', { invocationIds: Array(101).fill('inv-abcdefgh') }, 'InvalidParameterValue.LimitExceeded'],
    ['an unknown filter', filter('colour', 'red'), 'InvalidParameterValue.InvalidFilter'],
    ['a filter of nothing', filter('command-id'), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown kind', filter('instance-kind', 'PHONE'), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown status', filter('invocation-status', 'TERMINATED'), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown maker', filter('command-created-by', 'ME'), 'InvalidParameterValue.InvalidFilter'],
    ['a filter by no command', filter('command-id', 'x'), 'InvalidParameterValue.InvalidCommandId'],
    ['a filter by no run', filter('invocation-id', 'x'), 'InvalidParameterValue.InvalidInvocationId'],
    ['a filter by no invoker', filter('invoker-id', 'x'), 'InvalidParameterValue.InvalidInvokerId'],
    ['a filter by no parent', filter('parent-invocation-id', 'x'), 'InvalidParameterValue.InvalidInvocationId'],
    ['six values', filter('command-id', ...'abcdef'), 'LimitExceeded.FilterValueExceeded'],
    [
      'eleven filters',
      { filters: Array(11).fill({ name: 'x', values: ['x'] }) },
      'InvalidParameterValue.LimitExceeded',
    ],
    ['a page of nothing', { limit: 0 }, 'InvalidParameterValue'],
    ['a page of 101', { limit: 101 }, 'InvalidParameterValue'],
  ];

  it.each(REFUSED)('refuse %s', async (_, request, reason) => {
    expect((await refusalOf(service.runs().describeInvocations(request))).reason).toBe(reason);
  });

  it('give every declared code that can occur', () => {
    const elsewhere = { 'UnauthorizedOperation.CamAuthFailed': 'above' };
    const given = REFUSED.map(([, , reason]) => reason);
    expect(uncovered('DescribeInvocations', given, elsewhere)).toEqual([]);
  });

  it.each<[string, RunsRequest]>([
    ['100 runs', { invocationIds: Array(100).fill('inv-abcdefgh') }],
    ['5 values', filter('command-id', ...Array(5).fill('cmd-abcdefgh'))],
    ['10 filters', { filters: Array(10).fill({ name: 'command-id', values: ['cmd-abcdefgh'] }) }],
    ['a page of 100 behind everything', { limit: 100, offset: 1_000 }],
  ])('take %s', async (_, request) => {
    expect(await runIds(request)).toEqual([]);
  });
});

describe('tasks', () => {
  it('are listed newest first and filtered', async () => {
    expect(await taskRuns()).toEqual([made.elsewhere, made.stored, made.script]);
    expect(await taskRuns(filter('instance-id', agent.instanceId))).toEqual([made.stored, made.script]);
    expect(await taskRuns(filter('command-id', 'cmd-stored00'))).toEqual([made.stored]);
    expect(await taskRuns(filter('invocation-id', made.script))).toEqual([made.script]);
    expect(await taskRuns(filter('task-status', 'FAILED'))).toEqual([made.stored]);
    expect(await taskRuns(filter('task-status', 'SUCCESS', 'RUNNING'))).toEqual([made.elsewhere, made.script]);
    const [{ invocationTaskId } = { invocationTaskId: '' }] = (await service.runs().describeInvocationTasks({}))
      .invocationTaskSet;
    expect(await taskRuns(filter('invocation-task-id', invocationTaskId))).toEqual([made.elsewhere]);
    expect(await taskRuns({ invocationTaskIds: [invocationTaskId, 'invt-unknown0'] })).toEqual([made.elsewhere]);
    expect(await taskRuns({ limit: 1, offset: 2 })).toEqual([made.script]);
    expect(await taskRuns({}, 'root@100000000099')).toEqual([]);
  });

  it('hide their output unless it is asked for', async () => {
    const { invocationTaskSet } = await service.runs().describeInvocationTasks({ limit: 1 });
    expect(invocationTaskSet[0]!.taskResult!.output).toHaveLength(0);
  });

  it('are seen by who may see both their command and their machine', async () => {
    const action = 'tat:DescribeInvocationTasks';
    const commands = { effect: 'allow' as const, action, resource: 'qcs::tat:::command/*' };
    const machine = { effect: 'allow' as const, action, resource: `qcs::tat:::*/${registered.instanceId}` };
    decideByPolicies(service.iam, commands, machine);
    expect(await taskRuns({}, 'user')).toEqual([made.elsewhere]);
    decideByPolicies(service.iam, commands);
    expect(await taskRuns({}, 'user')).toEqual([]);
    decideByPolicies(service.iam, machine);
    expect(await taskRuns({}, 'user')).toEqual([]);
    decideByPolicies(
      service.iam,
      { effect: 'allow', action: 'tat:*' },
      { effect: 'deny', action, resource: 'qcs::cvm:::instance/*' },
    );
    expect(await taskRuns({ limit: 1 }, 'user')).toEqual([made.elsewhere]);
  });

  it('that are named and denied refuse the call', async () => {
    const { invocationTaskSet } = await service.runs().describeInvocationTasks({});
    const invocationTaskIds = invocationTaskSet.map((task) => task.invocationTaskId);
    service.iam.decide = (_, resource) => !resource.endsWith(registered.instanceId);
    const denied = await refusalOf(service.runs('user').describeInvocationTasks({ invocationTaskIds }));
    expect(denied.details).toMatchObject({ action: 'tat:DescribeInvocationTasks' });
    expect(denied.details.resource).toContain(registered.instanceId);
  });

  const REFUSED: readonly (readonly [string, TasksRequest, string])[] = [
    [
      'ids and filters',
      { invocationTaskIds: ['invt-abcdefgh'], ...filter('command-id', 'x') },
      'InvalidParameter.ConflictParameter',
    ],
    ['what is no task', { invocationTaskIds: ['x'] }, 'InvalidParameterValue.InvalidInvocationTaskId'],
    ['101 tasks', { invocationTaskIds: Array(101).fill('invt-abcdefgh') }, 'InvalidParameterValue.LimitExceeded'],
    ['an unknown filter', filter('colour', 'red'), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown status', filter('task-status', 'DONE'), 'InvalidParameterValue.InvalidFilter'],
    ['a filter by no command', filter('command-id', 'x'), 'InvalidParameterValue.InvalidCommandId'],
    ['a filter by no run', filter('invocation-id', 'x'), 'InvalidParameterValue.InvalidInvocationId'],
    ['a filter by no task', filter('invocation-task-id', 'x'), 'InvalidParameterValue.InvalidInvocationTaskId'],
    ['a filter by no machine', filter('instance-id', 'x'), 'InvalidParameterValue.InvalidInstanceId'],
    ['six values', filter('command-id', ...'abcdef'), 'LimitExceeded.FilterValueExceeded'],
    ['a page of 101', { limit: 101 }, 'InvalidParameterValue'],
  ];

  it.each(REFUSED)('refuse %s', async (_, request, reason) => {
    expect((await refusalOf(service.runs().describeInvocationTasks(request))).reason).toBe(reason);
  });

  it('give every declared code that can occur', () => {
    const elsewhere = { 'UnauthorizedOperation.CamAuthFailed': 'above' };
    const given = REFUSED.map(([, , reason]) => reason);
    expect(uncovered('DescribeInvocationTasks', given, elsewhere)).toEqual([]);
  });
});
