import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import {
  assume,
  documentOf,
  makeRole,
  type OtherAccount,
  OWN_ACCOUNT,
  otherAccount,
  trusting,
} from '../../tests/roles.ts';

let fixture: Fixture;
let other: OtherAccount;
beforeAll(async () => {
  fixture = await startFixture();
  other = await otherAccount(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const deny = (action: string, resource: string) => ({ ...allow(action, resource), effect: 'deny' });
const denied = async (token: string, role: { roleArn: string }, rest = {}) =>
  expect(await refusalOf(assume(fixture, token, role, rest))).toMatchObject({ kind: 'denied' });

describe('AssumeRole in the own account', () => {
  it('takes the role by its name or by its id, the account said or left out', async () => {
    const { token } = await fixture.user([allow('sts:AssumeRole')]);
    const { roleId, roleName } = await makeRole(fixture);
    for (const account of ['', `uin/${ROOT_UIN}`]) {
      for (const path of [`role/${roleId}`, `roleName/${roleName}`]) {
        const session = await assume(fixture, token, { roleArn: `qcs::cam::${account}:${path}` });
        expect((await fixture.tokens(session).getCallerIdentity({})).userId).toBe(roleId);
      }
    }
  });

  it('needs both halves: the policies of the caller and the trust of the role', async () => {
    const [may, mayNot] = [await fixture.user([allow('sts:AssumeRole')]), await fixture.user([allow('cam:*')])];
    const trusted = await makeRole(fixture);
    const closed = await makeRole(fixture, [], { policyDocument: trusting(`qcs::cam::uin/${ROOT_UIN}:uin/1`) });
    const forOne = await makeRole(fixture, [], {
      policyDocument: trusting(`qcs::cam::uin/${ROOT_UIN}:uin/${may.uin}`),
    });
    await assume(fixture, may.token, trusted);
    await assume(fixture, may.token, forOne);
    await assume(fixture, fixture.root.token, trusted);
    await denied(mayNot.token, trusted);
    await denied(may.token, closed);
    // not even root takes on a role that does not trust it
    await denied(fixture.root.token, closed);
  });

  it.each(['role', 'roleName'])('is bound by policies on %s/…, however the arn names the role', async (form) => {
    const role = await makeRole(fixture);
    const resource = `qcs::cam:::${form}/${form === 'role' ? role.roleId : role.roleName}`;
    const may = await fixture.user([allow('sts:AssumeRole', resource)]);
    const mayNot = await fixture.user([allow('sts:AssumeRole'), deny('sts:AssumeRole', resource)]);
    for (const roleArn of [role.roleArn, `qcs::cam:::role/${role.roleId}`]) {
      await assume(fixture, may.token, { roleArn });
      await denied(mayNot.token, { roleArn });
    }
  });

  it('obeys the denials and the conditions of the trust policy', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const everybody = { qcs: `qcs::cam::uin/${ROOT_UIN}:root` };
    const but = (principal: object) =>
      makeRole(fixture, [], {
        policyDocument: documentOf(
          { effect: 'allow', action: 'sts:AssumeRole', principal: everybody },
          { effect: 'deny', action: '*', principal },
        ),
      });
    await denied(user.token, await but({ qcs: `qcs::cam::uin/${ROOT_UIN}:uin/${user.uin}` }));
    await assume(fixture, user.token, await but({ qcs: `qcs::cam::uin/${ROOT_UIN}:uin/1` }));

    const when = (condition: object) => makeRole(fixture, [], { policyDocument: trusting(everybody.qcs, condition) });
    await assume(fixture, user.token, await when({ ip_equal: { 'qcs:ip': '127.0.0.1' } }));
    await denied(user.token, await when({ ip_equal: { 'qcs:ip': '10.0.0.1' } }));
    await assume(
      fixture,
      user.token,
      await when({ date_greater_than: { 'qcs:current_time': '2025-01-01T00:00:00Z' } }),
    );
    await denied(user.token, await when({ date_less_than: { 'qcs:current_time': '2025-01-01T00:00:00Z' } }));
    await denied(user.token, await when({ string_equal: { mfa: '1' } }));

    const external = await when({ string_equal: { 'sts:external_id': 'partner:7' } });
    await assume(fixture, user.token, external, { externalId: 'partner:7' });
    await denied(user.token, external, { externalId: 'partner:8' });
    await denied(user.token, external);
  });

  it('decides by the tags of the role', async () => {
    const condition = { 'for_any_value:string_equal': { 'qcs:resource_tag': 'team&ops' } };
    const { token } = await fixture.user([allow('sts:AssumeRole', '*', condition)]);
    await assume(fixture, token, await makeRole(fixture, [], { tags: [{ key: 'team', value: 'ops' }] }));
    await denied(token, await makeRole(fixture));
  });

  it('refuses requests that are not well formed', async () => {
    const { roleArn } = await makeRole(fixture);
    const { token } = await fixture.user([allow('sts:AssumeRole')]);
    const good = { roleArn, roleSessionName: 'me' };
    for (const [request, reason] of [
      [{ roleSessionName: 'me' }, 'MissingParameter'],
      [{ ...good, roleArn: 'ops' }, 'InvalidParameter.ParamError'],
      [{ ...good, roleArn: `qcs::cam::uin/${ROOT_UIN}:roleName/*` }, 'InvalidParameter.ParamError'],
      [{ ...good, roleArn: `qcs::cam::uin/${ROOT_UIN}:uin/1` }, 'InvalidParameter.ParamError'],
      [{ ...good, roleSessionName: 'x' }, 'InvalidParameter.ParamError'],
      [{ ...good, roleSessionName: 'no blanks' }, 'InvalidParameter.ParamError'],
      [{ ...good, roleSessionName: 'x'.repeat(129) }, 'InvalidParameter.ParamError'],
      [{ ...good, externalId: 'x' }, 'InvalidParameter.ParamError'],
      [{ ...good, policy: '{' }, 'InvalidParameter.StrategyFormatError'],
      [{ ...good, policy: documentOf({ ...allow('tat:*'), effect: 'Allow' }) }, 'InvalidParameter.StrategyInvalid'],
      [{ ...good, policy: documentOf({ ...allow('tat:*'), principal: '*' }) }, 'InvalidParameter.StrategyInvalid'],
      [
        { ...good, policy: documentOf(allow('tat:*', 'qcs::tat::uin/1:command/*')) },
        'InvalidParameter.GrantOtherResource',
      ],
      [{ ...good, policy: documentOf(allow(`tat:${'x'.repeat(4_096)}`)) }, 'InvalidParameter.PolicyTooLong'],
      [{ ...good, durationSeconds: 7_201 }, 'InvalidParameter.OverTimeError'],
    ] as const) {
      expect(await refusalOf(fixture.tokens(token).assumeRole(request))).toMatchObject({ kind: 'invalid', reason });
    }
  });
});

describe('AssumeRole on the role of another account', () => {
  const trustOther = () => trusting(`qcs::cam::uin/${other.accountUin}:root`);

  it('is for whoever that account lets: its policies name the role, or everything', async () => {
    const role = await makeRole(fixture, [allow('cam:ListUsers')], { policyDocument: trustOther() });
    for (const resource of ['*', role.roleArn, `qcs::cam::uin/${ROOT_UIN}:role/${role.roleId}`]) {
      const { token } = await other.user(allow('sts:AssumeRole', resource));
      const session = await assume(fixture, token, role);
      expect(await fixture.tokens(session).getCallerIdentity({})).toMatchObject({
        accountId: ROOT_UIN,
        type: 'CAMRole',
      });
      expect((await fixture.iam(session).listUsers({})).data).toEqual((await fixture.iam().listUsers({})).data);
    }
    await assume(fixture, other.token, role);
    for (const resource of ['qcs::cam:::roleName/*', `qcs::cam::uin/${other.accountUin}:roleName/${role.roleName}`]) {
      await denied((await other.user(allow('sts:AssumeRole', resource))).token, role);
    }
    const forbidden = await other.user(allow('*'), deny('sts:AssumeRole', role.roleArn));
    await denied(forbidden.token, role);
  });

  it('opens nothing else of that account', async () => {
    const role = await makeRole(fixture, [allow('*')], { policyDocument: trustOther() });
    const { token } = await other.user(allow('*'));
    const roles = fixture.client(RoleService, token);
    expect((await refusalOf(roles.getRole({ roleId: role.roleId }))).reason).toBe('ResourceNotFound.RoleNotFound');
    expect((await roles.describeRoleList({})).totalNum).toBe(0);
  });

  it('refuses the same way whatever the reason, so that nobody learns which roles there are', async () => {
    const stranger = await makeRole(fixture, [], { policyDocument: OWN_ACCOUNT });
    const trusted = await makeRole(fixture, [], { policyDocument: trustOther() });
    const [may, mayNot] = [await other.user(allow('sts:AssumeRole')), await other.user()];
    const unknown = `qcs::cam::uin/${ROOT_UIN}:roleName/nobody`;
    const asked: [string, string][] = [
      [may.token, unknown],
      [may.token, 'qcs::cam::uin/999:roleName/nobody'],
      [may.token, stranger.roleArn],
      [may.token, `qcs::cam::uin/${ROOT_UIN}:role/${stranger.roleId}`],
      [mayNot.token, trusted.roleArn],
      [mayNot.token, unknown],
    ];
    for (const [token, roleArn] of asked) {
      const { kind, reason, message, details } = await refusalOf(assume(fixture, token, { roleArn }));
      expect({ kind, reason, details }).toEqual({
        kind: 'denied',
        reason: 'UnauthorizedOperation.CamAuthFailed',
        details: { action: 'sts:AssumeRole', resource: roleArn },
      });
      expect(message.replace(/decision .*/, '')).toBe(
        `you are not authorized to perform operation (sts:AssumeRole) on resource (${roleArn}); `,
      );
    }
  });
});

describe('a role session', () => {
  it('lasts an hour unless told otherwise, and no longer than its role allows', async () => {
    const { token } = await fixture.user([allow('sts:AssumeRole')]);
    const seconds = async (role: { roleArn: string }, durationSeconds = 0) => {
      const { expiredTime } = await fixture
        .tokens(token)
        .assumeRole({ ...role, roleSessionName: 'me', durationSeconds });
      return Number(expiredTime!.seconds) - fixture.clock.ms / 1_000;
    };
    const [normal, short] = [await makeRole(fixture), await makeRole(fixture, [], { sessionDuration: 900 })];
    expect([await seconds(normal), await seconds(normal, 7_200), await seconds(short)]).toEqual([3_600, 7_200, 900]);
  });

  it('leads to another role for an hour at most', async () => {
    const { token } = await fixture.user([allow('sts:AssumeRole')]);
    const first = await makeRole(fixture, [allow('sts:AssumeRole')]);
    const second = await makeRole(fixture, [], { sessionDuration: 43_200 });
    const session = await assume(fixture, token, first);
    await assume(fixture, session, second, { durationSeconds: 3_600 });
    expect((await refusalOf(assume(fixture, session, second, { durationSeconds: 3_601 }))).reason).toBe(
      'InvalidParameter.OverTimeError',
    );
    // a session has the rights of its role, not those of whoever assumed it
    await denied(await assume(fixture, token, second), first);
  });
});

describe('a role that is taken on', () => {
  it('is on record with who did it and which session began, also in an account that is not theirs', async () => {
    const user = await other.user(allow('sts:AssumeRole'));
    const role = await makeRole(fixture, [], { policyDocument: trusting(`qcs::cam::uin/${other.accountUin}:root`) });
    await assume(fixture, user.token, role, { roleSessionName: 'deploy-7' });
    const records = await fixture.inStore((db) =>
      db
        .selectFrom('audit_record')
        .select(['account_uin', 'outcome', 'resources'])
        .where('uin', '=', user.uin)
        .where('action', '=', 'sts:AssumeRole')
        .orderBy('account_uin')
        .execute(),
    );
    expect(records).toEqual([
      {
        account_uin: ROOT_UIN,
        outcome: 'allowed',
        resources: expect.stringContaining(`assumed-role/${role.roleId}/deploy-7`),
      },
      { account_uin: other.accountUin, outcome: 'allowed', resources: expect.stringContaining(role.roleArn) },
    ]);
  });
});
