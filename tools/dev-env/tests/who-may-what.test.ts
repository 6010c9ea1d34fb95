import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CommandService,
  InstanceKind,
  InstanceService,
  InvocationService,
  InvokerOutcome,
  InvokerService,
  SchedulePolicy,
} from '@muster/contract';
import { isoSeconds } from '@muster/kernel';
import { eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerAgent } from '../src/register-agent.ts';
import { type Callers, DENIED, startCalling } from './callers.ts';
import { type Fixture, startFixture } from './fixture.ts';

const TEAM = [{ key: 'team', value: 'ops' }];
const YEARLY = { policy: SchedulePolicy.RECURRENCE, recurrence: '0 0 1 1 *' };
const content = Buffer.from('echo needle; exit 1');

let fixture: Fixture;
let callers: Callers;
beforeAll(async () => {
  fixture = await startFixture(2);
  callers = await startCalling(fixture.constellation);
  const [own] = fixture.constellation.machines;
  await asRoot(InstanceService).tagInstances({ instanceIds: [own!.instanceId], tags: TEAM });
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const asRoot: <S extends Parameters<Callers['at']>[0]>(service: S) => ReturnType<typeof callers.at<S>> = (service) =>
  callers.at(service, callers.root);

/** One of each kind; what is the team's own carries its tag. */
interface Things {
  readonly instanceId: string;
  readonly commandId: string;
  readonly spareCommandId: string;
  readonly invokerId: string;
  readonly registerCodeId: string;
  readonly registered: string;
}

async function things(name: string, tags: typeof TEAM, instanceId: string): Promise<Things> {
  const command = async (commandName: string) =>
    (await asRoot(CommandService).createCommand({ commandName, content, workingDirectory: '/tmp', tags })).commandId;
  const commandId = await command(name);
  const spareCommandId = await command(`${name}-spare`);
  const { invokerId } = await asRoot(InvokerService).createInvoker({
    ...{ name, type: 'SCHEDULE', commandId, instanceIds: [instanceId], scheduleSettings: YEARLY, tags },
  });
  const { registerCodeId: id, registerCodeValue: value } = await asRoot(InstanceService).createRegisterCode({
    instanceKind: InstanceKind.REGISTERED,
    tags,
  });
  const dataDir = join(fixture.folder, name);
  mkdirSync(dataDir);
  const { url, agent } = fixture.constellation;
  await registerAgent({ name, dataDir, url, code: { id, value }, agent });
  const filters = [{ name: 'register-code-id', values: [id] }];
  const { registerInstanceSet } = await asRoot(InstanceService).describeRegisterInstances({ filters });
  const registered = registerInstanceSet[0]!.instanceId;
  return { instanceId, commandId, spareCommandId, invokerId, registerCodeId: id, registered };
}

/** Those who may do everything with what carries the team's tag, or with everything but what is named. */
const KINDS = {
  'by tag': () => [
    {
      effect: 'allow',
      action: 'tat:*',
      resource: '*',
      condition: { 'for_any_value:string_equal': { 'qcs:resource_tag': 'team&ops' } },
    },
  ],
  'by id': (foreign: Things) => [
    { effect: 'allow', action: 'tat:*', resource: '*' },
    {
      effect: 'deny',
      action: 'tat:*',
      resource: [
        `qcs::cvm:::instance/${foreign.instanceId}`,
        `qcs::tat:::command/${foreign.commandId}`,
        `qcs::tat:::command/${foreign.spareCommandId}`,
        `qcs::tat:::invoker/${foreign.invokerId}`,
        `qcs::tat:::register-code/${foreign.registerCodeId}`,
        `qcs::tat:::register-instance/${foreign.registered}`,
      ],
    },
  ],
};

describe.each(Object.entries(KINDS))('who is allowed %s', (kind, statements) => {
  let own: Things;
  let foreign: Things;
  let token: string;
  const commands = () => callers.at(CommandService, token);
  const runs = () => callers.at(InvocationService, token);
  const invokers = () => callers.at(InvokerService, token);
  const instances = () => callers.at(InstanceService, token);

  beforeAll(async () => {
    const name = kind.replace(' ', '-');
    const [first, second] = fixture.constellation.machines;
    own = await things(`${name}-own`, TEAM, first!.instanceId);
    foreign = await things(`${name}-foreign`, [], second!.instanceId);
    token = (await callers.userWith(name, statements(foreign))).token;
  }, 60_000);

  /** The call is refused, and the refusal names the foreign thing. */
  const denied = (calling: Promise<unknown>, id: string) =>
    expect(calling).rejects.toMatchObject({ ...DENIED, details: { resource: expect.stringContaining(`/${id}`) } });

  it('RestoreCommandVersion', async () => {
    await commands().restoreCommandVersion({ commandId: own.commandId, version: 1 });
    await denied(commands().restoreCommandVersion({ commandId: foreign.commandId, version: 1 }), foreign.commandId);
  });

  it('DeleteCommands, all of them or none', async () => {
    const commandIds = [own.spareCommandId, foreign.spareCommandId];
    await denied(commands().deleteCommands({ commandIds }), foreign.spareCommandId);
    expect((await asRoot(CommandService).describeCommands({ commandIds })).totalCount).toBe(2);
    await commands().deleteCommands({ commandIds: [own.spareCommandId] });
  });

  it('a run: named machines must all be allowed, selected ones are chosen from those that are', async () => {
    const { commandId } = own;
    const instanceIds = [own.instanceId, foreign.instanceId];
    await denied(runs().invokeCommand({ commandId, instanceIds }), foreign.instanceId);
    const { taskCount, invocationId } = await runs().invokeCommand({
      ...{ commandId, selector: { names: ['web-*'], tags: [] } },
    });
    expect(taskCount).toBe(1);
    const filters = [{ name: 'invocation-id', values: [invocationId] }];
    const { invocationTaskSet } = await asRoot(InvocationService).describeInvocationTasks({ filters });
    expect(invocationTaskSet.map(({ instanceId }) => instanceId)).toEqual([own.instanceId]);
  });

  it('RetryInvocation and SearchTaskOutput of a run that root made', async () => {
    const instanceIds = [own.instanceId, foreign.instanceId];
    const { invocationId } = await asRoot(InvocationService).invokeCommand({ commandId: own.commandId, instanceIds });
    for await (const _ of asRoot(InvocationService).watchInvocation({ invocationId }));
    await denied(runs().retryInvocation({ invocationId }), foreign.instanceId);
    expect(await runs().retryInvocation({ invocationId, instanceIds: [own.instanceId] })).toMatchObject({
      taskCount: 1,
    });

    const hitsIn = async (within: { invocationId: string } | { invocationTaskId: string }) => {
      const found: string[] = [];
      for await (const { instanceId } of runs().searchTaskOutput({ ...within, text: 'needle' })) found.push(instanceId);
      return found;
    };
    expect(await hitsIn({ invocationId })).toEqual([own.instanceId]);
    const filters = [{ name: 'invocation-id', values: [invocationId] }];
    const { invocationTaskSet } = await asRoot(InvocationService).describeInvocationTasks({ filters });
    const { invocationTaskId } = invocationTaskSet.find(({ instanceId }) => instanceId === foreign.instanceId)!;
    await denied(hitsIn({ invocationTaskId }), foreign.instanceId);
  });

  it('CreateInvoker on its command and its machines', async () => {
    const order = { name: 'mine', type: 'SCHEDULE', scheduleSettings: YEARLY, tags: TEAM };
    const { commandId, instanceId } = own;
    const { invokerId } = await invokers().createInvoker({ ...order, commandId, instanceIds: [instanceId] });
    await invokers().deleteInvoker({ invokerId });
    await denied(
      invokers().createInvoker({ ...order, commandId, instanceIds: [foreign.instanceId] }),
      foreign.instanceId,
    );
    await denied(
      invokers().createInvoker({ ...order, commandId: foreign.commandId, instanceIds: [instanceId] }),
      foreign.commandId,
    );
  });

  it('ModifyInvoker on the invoker and on what it comes to run', async () => {
    await invokers().modifyInvoker({ invokerId: own.invokerId, name: 'renamed' });
    await denied(invokers().modifyInvoker({ invokerId: foreign.invokerId, name: 'renamed' }), foreign.invokerId);
    await denied(
      invokers().modifyInvoker({ invokerId: own.invokerId, instanceIds: [foreign.instanceId] }),
      foreign.instanceId,
    );
  });

  it('DescribeInvokers', async () => {
    const list = (await invokers().describeInvokers({ limit: 100 })).invokerSet.map(({ invokerId }) => invokerId);
    expect(list).toContain(own.invokerId);
    expect(list).not.toContain(foreign.invokerId);
    await denied(invokers().describeInvokers({ invokerIds: [own.invokerId, foreign.invokerId] }), foreign.invokerId);
  });

  it('DescribeRegisterInstances, ModifyRegisterInstance, DeleteRegisterInstance', async () => {
    const page = await instances().describeRegisterInstances({ limit: 100 });
    const list = page.registerInstanceSet.map(({ instanceId }) => instanceId);
    expect(list).toContain(own.registered);
    expect(list).not.toContain(foreign.registered);
    expect(page.totalCount).toBe(list.length);
    const { registered: instanceId } = foreign;
    await denied(instances().describeRegisterInstances({ instanceIds: [own.registered, instanceId] }), instanceId);
    await denied(instances().modifyRegisterInstance({ instanceId, instanceName: 'taken' }), instanceId);
    await denied(instances().deleteRegisterInstance({ instanceId }), instanceId);
    await instances().modifyRegisterInstance({ instanceId: own.registered, instanceName: 'renamed' });
    await instances().deleteRegisterInstance({ instanceId: own.registered });
  });

  it('DisableRegisterCodes, all of them or none', async () => {
    const registerCodeIds = [own.registerCodeId, foreign.registerCodeId];
    await denied(instances().disableRegisterCodes({ registerCodeIds }), foreign.registerCodeId);
    const described = await asRoot(InstanceService).describeRegisterCodes({ registerCodeIds });
    expect(described.registerCodeSet.map(({ enabled }) => enabled)).toEqual([true, true]);
    await instances().disableRegisterCodes({ registerCodeIds: [own.registerCodeId] });
  });
});

it('DescribeQuotas is allowed as an action, on nothing in particular', async () => {
  const resourceNames = ['COMMAND', 'REGISTER_CODE'];
  const quotasOf = async (name: string, statement: object[]) =>
    callers.at(InstanceService, (await callers.userWith(name, statement)).token).describeQuotas({ resourceNames });
  const allow = { effect: 'allow', action: 'tat:DescribeQuotas', resource: '*' };
  expect((await quotasOf('counts', [allow])).generalResourceQuotaSet).toHaveLength(2);
  const others = { effect: 'allow', action: 'tat:DescribeCommands', resource: '*' };
  await expect(quotasOf('counts-not', [others])).rejects.toMatchObject(DENIED);
});

it('an invoker may be allowed with certain tags only', async () => {
  const { token } = await callers.userWith('labels', [
    { effect: 'allow', action: 'tat:InvokeCommand', resource: '*' },
    {
      effect: 'allow',
      action: 'tat:CreateInvoker',
      resource: '*',
      condition: { 'for_any_value:string_equal': { 'qcs:request_tag': 'team&ops' } },
    },
  ]);
  const { commandId } = await asRoot(CommandService).createCommand({ commandName: 'labelled', content });
  const instanceIds = [fixture.constellation.machines[0]!.instanceId];
  const order = { name: 'labelled', type: 'SCHEDULE', commandId, instanceIds, scheduleSettings: YEARLY };
  const invokers = callers.at(InvokerService, token);
  expect((await invokers.createInvoker({ ...order, tags: TEAM })).invokerId).toMatch(/^ivk-/);
  await expect(invokers.createInvoker(order)).rejects.toMatchObject(DENIED);
});

it('a schedule whose machine lost the tag that its maker is allowed by runs nothing, and says that it was refused', async () => {
  const { instanceId } = fixture.constellation.machines[1]!;
  const tags = [{ key: 'team', value: 'late' }];
  await asRoot(InstanceService).tagInstances({ instanceIds: [instanceId], tags });
  const { commandId } = await asRoot(CommandService).createCommand({ commandName: 'late', content, tags });
  const condition = { 'for_any_value:string_equal': { 'qcs:resource_tag': 'team&late' } };
  const { token } = await callers.userWith('late', [{ effect: 'allow', action: 'tat:*', resource: '*', condition }]);
  const { invokerId } = await callers.at(InvokerService, token).createInvoker({
    ...{ name: 'late', type: 'SCHEDULE', commandId, instanceIds: [instanceId] },
    // far enough ahead that the tag is gone by then
    scheduleSettings: { policy: SchedulePolicy.ONCE, invokeTime: isoSeconds(Date.now() + 4_000) },
  });
  await asRoot(InstanceService).untagInstances({ instanceIds: [instanceId], tagKeys: ['team'] });
  const record = await eventually('a record', async () => {
    const { invokerRecordSet } = await asRoot(InvokerService).describeInvokerRecords({ invokerIds: [invokerId] });
    return invokerRecordSet[0];
  });
  expect(record).toMatchObject({ outcome: InvokerOutcome.REFUSED, invocationId: '' });
  expect(record.reason).toContain(`tat:InvokeCommand`);
  const filters = [{ name: 'invoker-id', values: [invokerId] }];
  expect((await asRoot(InvocationService).describeInvocations({ filters })).totalCount).toBe(0);
});
