import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { CommandSchema, CommandType, type RunCommandRequestSchema, TagSchema } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { ACCOUNT_UIN, decideByPolicies, USER_UIN } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf } from './runs-fixture.ts';

let service: Fixture;
let web: FakeAgent;
let db: FakeAgent;

beforeAll(async () => {
  service = await startFixture();
  [web, db] = [await service.agent(), await service.agent()];
  await tagMachine(web, tag('role', 'web'));
  await tagMachine(db, tag('role', 'db'));
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
  service.iam.planOf = () => EVERYTHING;
});

type Tag = { key: string; value: string };
const tag = (key: string, value: string): Tag => ({ key, value });
const tagMachine = ({ instanceId }: FakeAgent, ...tags: Tag[]) =>
  service.instances().tagInstances({ instanceIds: [instanceId], tags });
const idsOf = (agents: readonly FakeAgent[]) => agents.map(({ instanceId }) => instanceId);

/** A stored command as command-svc tells of it. */
function store(commandId: string, tags: Tag[], createdUin = ACCOUNT_UIN): string {
  const body = { content: bytes('true'), commandType: CommandType.SHELL, timeout: 60, version: 1 };
  service.library.commands.set(
    commandId,
    create(CommandSchema, { ...body, commandId, tags: tags.map((each) => create(TagSchema, each)), createdUin }),
  );
  return commandId;
}
const runScript = (agents: readonly FakeAgent[], request: MessageInitShape<typeof RunCommandRequestSchema> = {}) =>
  service.runs('user').runCommand({ content: bytes('true'), instanceIds: idsOf(agents), ...request });
const invoke = (commandId: string, agents: readonly FakeAgent[], as = 'user') =>
  service.runs(as).invokeCommand({ commandId, instanceIds: idsOf(agents) });

async function endOn(...agents: readonly FakeAgent[]): Promise<void> {
  for (const agent of agents) await finish(agent, await startOn(agent));
}
const allow = (action: string | string[], condition: object = {}, resource = '*') =>
  ({ effect: 'allow', action, resource, condition }) as const;
const ROLE_WEB = { string_equal: { 'qcs:resource_tag/role': 'web' } };

describe('a policy on tags', () => {
  it('decides RunCommand for each machine', async () => {
    decideByPolicies(
      service.iam,
      allow('tat:RunCommand', {}, 'qcs::tat:::command/*'),
      allow('tat:RunCommand', ROLE_WEB, 'qcs::cvm:::instance/*'),
    );
    await runScript([web]);
    await endOn(web);
    const denied = await refusalOf(runScript([web, db]));
    expect(denied).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: 'tat:RunCommand', resource: expect.stringContaining(db.instanceId) },
    });
    expect([web.tasks.waiting, db.tasks.waiting]).toEqual([[], []]);
  });

  it('hears of a changed tag with the next call', async () => {
    const agent = await service.agent();
    decideByPolicies(service.iam, allow('tat:*'), {
      ...allow('tat:RunCommand', { string_equal: { 'qcs:resource_tag/frozen': 'yes' } }),
      effect: 'deny',
    });
    await runScript([agent]);
    await endOn(agent);
    await tagMachine(agent, tag('frozen', 'yes'));
    expect((await refusalOf(runScript([agent]))).kind).toBe('denied');
    await service.instances().untagInstances({ instanceIds: [agent.instanceId], tagKeys: ['frozen'] });
    await runScript([agent]);
    await endOn(agent);
  });

  it('decides InvokeCommand on the command’s tags, its maker and each machine’s tags, in one question', async () => {
    const mine = store('cmd-mine0000', [tag('env', 'test')], USER_UIN);
    const theirs = store('cmd-theirs00', [tag('env', 'test')]);
    const prod = store('cmd-prod0000', [tag('env', 'prod')], USER_UIN);
    decideByPolicies(
      service.iam,
      allow('tat:InvokeCommand', {
        string_equal: { 'qcs:create_uin': `\${uin}`, 'qcs:resource_tag/env': 'test' },
      }),
      allow('tat:InvokeCommand', ROLE_WEB, 'qcs::cvm:::instance/*'),
    );
    service.iam.questions.length = 0;
    await invoke(mine, [web]);
    await endOn(web);
    expect(service.iam.questions.map(({ resources }) => resources.length)).toEqual([2]);
    for (const [command, agents] of [
      [theirs, [web]],
      [prod, [web]],
      [mine, [web, db]],
    ] as const) {
      expect((await refusalOf(invoke(command, agents))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    }
  });

  it('cannot tell an unknown command or machine from one without tags; who may use those is told that there is none', async () => {
    decideByPolicies(service.iam, allow('tat:*', ROLE_WEB));
    const unknown = { instanceId: 'ins-unknown0' } as FakeAgent;
    expect((await refusalOf(invoke('cmd-unknown0', [web]))).kind).toBe('denied');
    expect((await refusalOf(runScript([unknown]))).kind).toBe('denied');
    decideByPolicies(service.iam, allow('tat:*'));
    expect((await refusalOf(invoke('cmd-unknown0', [web]))).reason).toBe('ResourceNotFound.CommandNotFound');
    expect((await refusalOf(runScript([unknown]))).reason).toBe('ResourceNotFound.InstanceNotFound');
  });

  it('decides on the tags that a RunCommand itself carries', async () => {
    decideByPolicies(service.iam, allow('tat:*', { string_equal: { 'qcs:request_tag/ticket': '7' } }));
    expect((await refusalOf(runScript([web]))).kind).toBe('denied');
    await runScript([web], { tags: [tag('ticket', '7')] });
    await endOn(web);
  });

  it('decides CancelInvocation for each machine', async () => {
    const invocationId = await run(service, [web, db]);
    const orders = [await startOn(web), await startOn(db)];
    decideByPolicies(service.iam, allow('tat:CancelInvocation', ROLE_WEB));
    const cancel = (...instanceIds: string[]) => service.runs('user').cancelInvocation({ invocationId, instanceIds });
    expect((await refusalOf(cancel())).details.resource).toContain(db.instanceId);
    await cancel(web.instanceId);
    await web.cancels.next();
    await finish(web, orders[0]!);
    await finish(db, orders[1]!);
  });
});

describe('history', () => {
  it('is seen by the tags and the maker that the command had when it ran, whatever became of it', async () => {
    const commandId = store('cmd-history0', [tag('env', 'test')], USER_UIN);
    const before = (await invoke(commandId, [web], 'root')).invocationId;
    await endOn(web);
    store(commandId, [tag('env', 'prod')]);
    const after = (await invoke(commandId, [web], 'root')).invocationId;
    await endOn(web);

    const mine = [
      { string_equal: { 'qcs:resource_tag/env': 'test' } },
      { string_equal: { 'qcs:create_uin': `\${uin}` } },
    ];
    for (const condition of mine) {
      decideByPolicies(service.iam, allow('tat:DescribeInvocations', condition));
      const { invocationSet, totalCount } = await service
        .runs('user')
        .describeInvocations({ filters: [{ name: 'command-id', values: [commandId] }] });
      expect([invocationSet.map((each) => each.invocationId), totalCount]).toEqual([[before], 1]);
      expect((await service.runs('user').describeInvocations({ invocationIds: [before] })).totalCount).toBe(1);
      const named = service.runs('user').describeInvocations({ invocationIds: [before, after] });
      expect((await refusalOf(named)).kind).toBe('denied');
    }
  });

  it('of a script in no library has the tags that came with it, and its caller for a maker', async () => {
    const tagged = await run(service, [web], { tags: [tag('ticket', '8')] });
    const plain = await run(service, [web]);
    await endOn(web, web);
    decideByPolicies(
      service.iam,
      allow('tat:DescribeInvocations', { string_equal: { 'qcs:resource_tag/ticket': '8' } }),
    );
    const { invocationSet } = await service.runs('user').describeInvocations({});
    expect(invocationSet.map((each) => each.invocationId)).toEqual([tagged]);
    decideByPolicies(
      service.iam,
      allow('tat:DescribeInvocations', { string_equal: { 'qcs:create_uin': ACCOUNT_UIN } }),
    );
    expect((await service.runs('user').describeInvocations({ invocationIds: [tagged, plain] })).totalCount).toBe(2);
  });

  it('of a machine is seen, in pages and totals, by the tags that the machine has now', async () => {
    const invocationId = await run(service, [web, db]);
    await endOn(web, db);
    const tasks = await tasksOf(service, invocationId);
    const taskOn = (agent: FakeAgent) => tasks.find((task) => task.instanceId === agent.instanceId)!;
    decideByPolicies(
      service.iam,
      allow(['tat:DescribeInvocationTasks'], {}, 'qcs::tat:::command/*'),
      allow(['tat:DescribeInvocationTasks'], ROLE_WEB, 'qcs::cvm:::instance/*'),
    );
    const filters = [{ name: 'invocation-id', values: [invocationId] }];
    const list = await service.runs('user').describeInvocationTasks({ filters, limit: 1 });
    expect([list.totalCount, list.invocationTaskSet.map((task) => task.instanceId)]).toEqual([1, [web.instanceId]]);
    const named = (agent: FakeAgent) =>
      service.runs('user').describeInvocationTasks({ invocationTaskIds: [taskOn(agent).invocationTaskId] });
    expect((await named(web)).totalCount).toBe(1);
    expect((await refusalOf(named(db))).details.resource).toContain(db.instanceId);

    const read = async (agent: FakeAgent) => {
      const { invocationTaskId } = taskOn(agent);
      for await (const _ of service.runs('user').getTaskOutput({ invocationTaskId })) expect.unreachable();
    };
    await read(web);
    expect((await refusalOf(read(db))).kind).toBe('denied');
    const watch = async () => {
      for await (const _ of service.runs('user').watchInvocation({ invocationId })) expect.unreachable();
    };
    expect((await refusalOf(watch())).details.resource).toContain(db.instanceId);
  });
});
