import { AccessKeyStatus, RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture, type TestUser } from './fixture.ts';
import { assume, documentOf, makeRole, type OtherAccount, otherAccount, type TestRole, trusting } from './roles.ts';

let fixture: Fixture;
let other: OtherAccount;
beforeAll(async () => {
  // longer than the sessions whose end is awaited
  fixture = await startFixture({ exchangeSeconds: 86_400 });
  other = await otherAccount(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** What a service hears when it asks for whoever brings this token. */
async function outcomes(credential: string, ...actions: string[]): Promise<string> {
  const authorization = await fixture.authorization();
  const answers = await Promise.all(
    actions.map((action) =>
      authorization.authorize({
        context: { credential },
        action,
        resources: [{ resource: 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa' }],
      }),
    ),
  );
  return answers.map(({ allowed }) => (allowed ? 'allow' : 'deny')).join(' / ');
}

describe('the vectors of CAM section 16', () => {
  it('70: a session has what the role and its session policy both allow', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow('tat:*')]);
    const policy = documentOf(allow('tat:DescribeCommands'));
    const narrowed = await assume(fixture, user.token, role, { policy });
    expect(await outcomes(narrowed, 'tat:DescribeCommands', 'tat:InvokeCommand')).toBe('allow / deny');
    const whole = await assume(fixture, user.token, role);
    expect(await outcomes(whole, 'tat:DescribeCommands', 'tat:InvokeCommand')).toBe('allow / allow');
  });

  it('71: another account assumes a role with a trust and an allow, and not without that allow', async () => {
    const role = await makeRole(fixture, [], { policyDocument: trusting(`qcs::cam::uin/${other.accountUin}:root`) });
    const allowed = await other.user(allow('sts:AssumeRole', role.roleArn));
    await assume(fixture, allowed.token, role);
    expect(await refusalOf(assume(fixture, (await other.user()).token, role))).toMatchObject({ kind: 'denied' });
  });

  it('72: with a key that is switched off it is no decision, but an unknown caller', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const accessKeyId = user.secretId;
    await fixture.iam().updateAccessKey({ targetUin: user.uin, accessKeyId, status: AccessKeyStatus.INACTIVE });
    expect(await refusalOf(outcomes(user.token, 'tat:DescribeCommands'))).toMatchObject({ kind: 'unauthenticated' });
    expect(await refusalOf(fixture.exchange(user))).toMatchObject({ kind: 'unauthenticated' });
  });
});

describe('what a session may do', () => {
  it('is denied what its session policy denies, whatever else allows it', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow('tat:*')]);
    const policy = documentOf(allow('*'), { ...allow('tat:InvokeCommand'), effect: 'deny' });
    const token = await assume(fixture, user.token, role, { policy });
    expect(await outcomes(token, 'tat:DescribeCommands', 'tat:InvokeCommand')).toBe('allow / deny');
  });

  it('has nothing of whoever assumed the role, root included', async () => {
    const role = await makeRole(fixture, [allow('tat:DescribeCommands')]);
    const token = await assume(fixture, fixture.root.token, role);
    expect(await outcomes(token, 'tat:DescribeCommands', 'tat:InvokeCommand')).toBe('allow / deny');
  });

  it('is what role, boundary and session policy all allow', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow(['tat:DescribeCommands', 'tat:InvokeCommand', 'tat:RunCommand'])]);
    const roles = fixture.client(RoleService, fixture.root.token);
    const boundary = await fixture.policy([allow(['tat:DescribeCommands', 'tat:InvokeCommand', 'tat:DeleteCommand'])]);
    await roles.putRolePermissionsBoundary({ roleId: role.roleId, policyId: boundary });
    const policy = documentOf(allow(['tat:DescribeCommands', 'tat:RunCommand', 'tat:DeleteCommand']));
    const token = await assume(fixture, user.token, role, { policy });
    const actions = ['DescribeCommands', 'InvokeCommand', 'RunCommand', 'DeleteCommand'].map((name) => `tat:${name}`);
    expect(await outcomes(token, ...actions)).toBe('allow / deny / deny / deny');
  });

  it('has the id of the role for its uin', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture);
    const roles = fixture.client(RoleService, fixture.root.token);
    const own = allow('tat:*', '*', { string_equal: { 'qcs:uin': role.roleId } });
    await roles.attachRolePolicy({ attachRoleId: role.roleId, policyId: await fixture.policy([own]) });
    expect(await outcomes(await assume(fixture, user.token, role), 'tat:DescribeCommands')).toBe('allow');
  });
});

describe('a session ends', () => {
  const open = async (): Promise<{ user: TestUser; role: TestRole; token: string }> => {
    const role = await makeRole(fixture, [allow('tat:*')], {
      policyDocument: trusting(`qcs::cam::uin/${other.accountUin}:root`),
    });
    const user = await other.user(allow('sts:AssumeRole'));
    return { user, role, token: await assume(fixture, user.token, role) };
  };
  const ended = async (token: string) =>
    expect(await refusalOf(outcomes(token, 'tat:DescribeCommands'))).toMatchObject({ kind: 'unauthenticated' });

  it('when its time is up', async () => {
    const { token } = await open();
    fixture.clock.ms += 3_599_000;
    expect(await outcomes(token, 'tat:DescribeCommands')).toBe('allow');
    fixture.clock.ms += 1_000;
    await ended(token);
  });

  it('when its role is deleted', async () => {
    const { token, role } = await open();
    await fixture.client(RoleService, fixture.root.token).deleteRole({ roleId: role.roleId });
    await ended(token);
  });

  it('when the user behind it is switched off, or deleted, in an account of its own', async () => {
    const [off, gone] = [await open(), await open()];
    await fixture.iam(other.token).updateUser({ name: off.user.name, active: false });
    await ended(off.token);
    await fixture.iam(other.token).deleteUser({ name: gone.user.name, force: true });
    await ended(gone.token);
  });

  it('when the key behind it is switched off, also at the end of a chain of roles', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const first = await makeRole(fixture, [allow('sts:AssumeRole')]);
    const second = await makeRole(fixture, [allow('tat:*')]);
    const token = await assume(fixture, await assume(fixture, user.token, first), second);
    expect(await outcomes(token, 'tat:DescribeCommands')).toBe('allow');
    const { uin: targetUin, secretId: accessKeyId } = user;
    await fixture.iam().updateAccessKey({ targetUin, accessKeyId, status: AccessKeyStatus.INACTIVE });
    await ended(token);
  });
});
