import {
  AccountService,
  AuditService,
  CommandService,
  IamService,
  InstanceService,
  InvocationService,
  Outcome,
  RoleService,
  TokenService,
} from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Callers, DENIED, startCalling } from './callers.ts';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
let callers: Callers;
let root: string;
let taggedInstance: string;
let otherInstance: string;
const content = new TextEncoder().encode('true');

beforeAll(async () => {
  fixture = await startFixture(2);
  callers = await startCalling(fixture.constellation);
  root = callers.root;
  const [first, second] = fixture.constellation.machines;
  taggedInstance = first!.instanceId;
  otherInstance = second!.instanceId;
  await at(InstanceService, root).tagInstances({
    instanceIds: [taggedInstance],
    tags: [{ key: 'team', value: 'ops' }],
  });
}, 120_000);
afterAll(() => fixture[Symbol.asyncDispose]());

const at: Callers['at'] = (service, token) => callers.at(service, token);
const userWith: Callers['userWith'] = (name, statement) => callers.userWith(name, statement);
const tagged = (key: string) => ({ 'for_any_value:string_equal': { [key]: 'team&ops' } });

describe('control by tags', () => {
  it('decides RunCommand per instance', async () => {
    const { token } = await userWith('tagged-runner', [
      { effect: 'allow', action: 'tat:RunCommand', resource: 'qcs::tat:::command/*' },
      { effect: 'allow', action: 'tat:RunCommand', resource: '*', condition: tagged('qcs:resource_tag') },
    ]);
    const invocations = at(InvocationService, token);
    const { invocationId } = await invocations.runCommand({ content, instanceIds: [taggedInstance] });
    expect(invocationId).toMatch(/^inv-/);
    await expect(
      invocations.runCommand({ content, instanceIds: [taggedInstance, otherInstance] }),
    ).rejects.toMatchObject({
      ...DENIED,
      details: { resource: expect.stringContaining(`instance/${otherInstance}`) },
    });
  });

  it('decides DescribeCommands per command, totals and pages included', async () => {
    const commands = at(CommandService, root);
    for (const [commandName, tags] of [
      ['seen-1', [{ key: 'team', value: 'ops' }]],
      ['hidden', []],
      ['seen-2', [{ key: 'team', value: 'ops' }]],
    ] as const) {
      await commands.createCommand({ commandName, content, tags: [...tags] });
    }
    const { token } = await userWith('tagged-reader', [
      { effect: 'allow', action: 'tat:DescribeCommands', resource: '*', condition: tagged('qcs:resource_tag') },
    ]);
    const page = await at(CommandService, token).describeCommands({ limit: 1, offset: 1 });
    expect(page.totalCount).toBe(2);
    expect(page.commandSet.map(({ commandName }) => commandName)).toEqual(['seen-1']);
    const { commandSet } = await commands.describeCommands({ filters: [{ name: 'command-name', values: ['hidden'] }] });
    await expect(
      at(CommandService, token).describeCommands({ commandIds: [commandSet[0]!.commandId] }),
    ).rejects.toMatchObject(DENIED);
  });

  it('decides CreateCommand by the tags of the request', async () => {
    const { token } = await userWith('tagged-author', [
      { effect: 'allow', action: 'tat:CreateCommand', resource: '*', condition: tagged('qcs:request_tag') },
    ]);
    const commands = at(CommandService, token);
    const made = await commands.createCommand({
      commandName: 'labelled',
      content,
      tags: [{ key: 'team', value: 'ops' }],
    });
    expect(made.commandId).toMatch(/^cmd-/);
    await expect(commands.createCommand({ commandName: 'bare', content })).rejects.toMatchObject(DENIED);
  });
});

describe('an open watch', () => {
  it.each([
    ['its user is switched off', (name: string) => at(IamService, root).updateUser({ name, active: false })],
    [
      'its policy is detached',
      async (_name: string, uin: string) => {
        const { list } = await at(IamService, root).listAttachedUserPolicies({ targetUin: uin });
        return at(IamService, root).detachUserPolicy({ policyId: list[0]!.policyId, detachUin: uin });
      },
    ],
  ])('ends when %s', async (_case, end) => {
    const name = `watcher-${crypto.randomUUID().slice(0, 8)}`;
    const { uin, token } = await userWith(name, [{ effect: 'allow', action: 'tat:*', resource: '*' }]);
    const invocations = at(InvocationService, token);
    const script = new TextEncoder().encode('sleep 60');
    const { invocationId } = await invocations.runCommand({ content: script, instanceIds: [taggedInstance] });
    const watch = invocations.watchInvocation({ invocationId })[Symbol.asyncIterator]();
    expect((await watch.next()).value?.event.case).toBe('snapshot');
    const ended = (async () => {
      while (!(await watch.next()).done);
    })().then(
      () => 'ended by itself',
      (error: { kind?: string }) => error.kind,
    );
    await end(name, uin);
    const changed = performance.now();
    expect(await ended).toMatch(/^(denied|unauthenticated)$/);
    // far sooner than the half minute after which every stream is decided again anyway
    expect(performance.now() - changed).toBeLessThan(20_000);
    await at(InvocationService, root).cancelInvocation({ invocationId });
  });
});

describe('another root account', () => {
  it('has nothing of the first, and cannot tell its things from none', async () => {
    const other = await at(AccountService, root).createAccount({ name: 'other' });
    const stranger = await callers.exchange(other);
    const { commandId } = await at(CommandService, root).createCommand({ commandName: 'private', content });
    const unknown = 'cmd-00000000';
    const refusal = (id: string) =>
      at(CommandService, stranger)
        .describeCommands({ commandIds: [id] })
        .then(
          (answer) => JSON.stringify(answer.commandSet),
          (error: Error & { reason: string }) => `${error.reason} ${error.message.replaceAll(id, 'ID')}`,
        );
    expect(await refusal(commandId)).toBe(await refusal(unknown));
    const own = [{ name: 'created-by', values: ['USER'] }];
    expect((await at(CommandService, stranger).describeCommands({ filters: own })).totalCount).toBe(0);
    expect((await at(InstanceService, stranger).describeAutomationAgentStatus({})).totalCount).toBe(0);
    await expect(
      at(InvocationService, stranger).runCommand({ content, instanceIds: [taggedInstance] }),
    ).rejects.toMatchObject({ kind: expect.stringMatching(/^(invalid|not_found)$/) });
    await expect(at(AccountService, stranger).createAccount({ name: 'third' })).rejects.toMatchObject({
      kind: 'denied',
    });
  });
});

describe('a role', () => {
  it('gives what its policies and the session policy both allow, to those it trusts, until it is deleted', async () => {
    const account = fixture.constellation.root.uin;
    const { uin, token } = await userWith('role-taker', [{ effect: 'allow', action: 'sts:AssumeRole', resource: '*' }]);
    const roles = at(RoleService, root);
    const trust = {
      version: '2.0',
      statement: [
        { effect: 'allow', action: 'name/sts:AssumeRole', principal: { qcs: [`qcs::cam::uin/${account}:uin/${uin}`] } },
      ],
    };
    await roles.createRole({ roleName: 'operator', policyDocument: JSON.stringify(trust) });
    await roles.attachRolePolicy({ attachRoleName: 'operator', policyName: 'QcloudTATFullAccess' });
    const narrowed = { version: '2.0', statement: [{ effect: 'allow', action: 'tat:Describe*', resource: '*' }] };
    const assumed = async (policy: string) => {
      const roleArn = `qcs::cam::uin/${account}:roleName/operator`;
      return (await at(TokenService, token).assumeRole({ roleArn, roleSessionName: 'e2e', policy })).credentials!.token;
    };
    const [whole, reader] = [await assumed(''), await assumed(JSON.stringify(narrowed))];
    await at(InvocationService, whole).runCommand({ content, instanceIds: [taggedInstance] });
    expect((await at(InstanceService, reader).describeAutomationAgentStatus({})).totalCount).toBe(2);
    await expect(
      at(InvocationService, reader).runCommand({ content, instanceIds: [taggedInstance] }),
    ).rejects.toMatchObject(DENIED);
    const other = await userWith('not-trusted', [{ effect: 'allow', action: 'sts:AssumeRole', resource: '*' }]);
    await expect(
      at(TokenService, other.token).assumeRole({
        roleArn: `qcs::cam::uin/${account}:roleName/operator`,
        roleSessionName: 'e2e',
      }),
    ).rejects.toMatchObject({ name: 'Refusal' });
    await roles.deleteRole({ roleName: 'operator' });
    await expect(at(InstanceService, reader).describeAutomationAgentStatus({})).rejects.toMatchObject({
      kind: 'unauthenticated',
    });
  });
});

describe('the audit log', () => {
  it('has every write and every denial of every service, in a chain that holds', async () => {
    const { uin, token } = await userWith('on-record', [
      { effect: 'allow', action: ['tat:CreateCommand', 'tat:DescribeCommands'], resource: '*' },
    ]);
    await at(CommandService, token).createCommand({ commandName: 'recorded', content });
    await at(CommandService, token).describeCommands({});
    const denied = at(InvocationService, token).runCommand({ content, instanceIds: [taggedInstance] });
    await expect(denied).rejects.toMatchObject(DENIED);
    await expect(at(IamService, token).addUser({ name: 'nobody' })).rejects.toMatchObject(DENIED);
    const audit = at(AuditService, root);
    const { records } = await audit.listAuditRecords({ uin });
    const told = records.map(({ service, action, outcome }) => [service, action, outcome]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['iam-svc', 'cam:AddUser', Outcome.IMPLICIT_DENY],
        ['invocation-svc', 'tat:RunCommand', Outcome.IMPLICIT_DENY],
        ['command-svc', 'tat:CreateCommand', Outcome.ALLOWED],
      ]),
    );
    // a read that was allowed is counted, not recorded
    expect(told).not.toContainEqual(['command-svc', 'tat:DescribeCommands', Outcome.ALLOWED]);
    await expect
      .poll(async () => (await audit.listLastUsed({ uin })).list.map(({ action }) => action))
      .toContain('tat:DescribeCommands');
    await expect(audit.verifyAudit({})).resolves.toMatchObject({ intact: true, brokenSequence: '0' });
  });
});
