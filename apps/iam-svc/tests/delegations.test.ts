import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { AccessKeyStatus, AuditService, DelegationService, PrincipalType, RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from './fixture.ts';
import { assume, documentOf, makeRole, type OtherAccount, otherAccount, trusting } from './roles.ts';

let fixture: Fixture;
let other: OtherAccount;
beforeAll(async () => {
  fixture = await startFixture({ exchangeSeconds: 86_400 });
  other = await otherAccount(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const PURPOSE = 'invoker ivk-aaaaaaaa';
const delegations = async (service = 'invocation-svc') =>
  fixture.client(DelegationService, await fixture.serviceToken(service));
const create = async (credential: string) =>
  (await (await delegations()).createDelegation({ context: { credential }, purpose: PURPOSE })).delegationId;
const issue = async (delegationId: string) => (await (await delegations()).issueDelegatedToken({ delegationId })).token;
const ended = async (delegationId: string) =>
  expect(await refusalOf(issue(delegationId))).toMatchObject({
    kind: 'unauthenticated',
    reason: 'AuthFailure.TokenFailure',
  });

async function may(credential: string, action = 'tat:InvokeCommand'): Promise<boolean> {
  const resources = [{ resource: 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa' }];
  const answer = await (await fixture.authorization('invocation-svc')).authorize({
    context: { credential },
    action,
    resources,
  });
  return answer.allowed;
}

async function principalOf(credential: string) {
  return (await (await fixture.authorization()).authenticate({ context: { credential } })).principal;
}

describe('a delegated token', () => {
  it('is that of the principal who gave the delegation, after its own token has ended', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const delegationId = await create(user.token);
    await fixture.tokens(user.token).logout({});
    expect(await principalOf(await issue(delegationId))).toMatchObject({
      type: PrincipalType.USER,
      accountUin: ROOT_UIN,
      uin: user.uin,
      name: user.name,
    });
    const root = await issue(await create(fixture.root.token));
    expect(await principalOf(root)).toMatchObject({ type: PrincipalType.ROOT, uin: ROOT_UIN });
  });

  it('has the rights of now, not those of when the delegation was made', async () => {
    const user = await fixture.user();
    const delegationId = await create(user.token);
    expect(await may(await issue(delegationId))).toBe(false);
    const policyId = await fixture.policy([allow('tat:*')]);
    await fixture.iam().attachUserPolicy({ policyId, attachUin: user.uin });
    const token = await issue(delegationId);
    expect(await may(token)).toBe(true);
    await fixture.iam().detachUserPolicy({ policyId, detachUin: user.uin });
    expect(await may(token)).toBe(false);
  });

  it('is good for one minute', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const token = await issue(await create(user.token));
    fixture.clock.ms += 58_000;
    expect(await may(token)).toBe(true);
    fixture.clock.ms += 2_000;
    expect(await refusalOf(may(token))).toMatchObject({ kind: 'unauthenticated' });
  });

  it('never had a one-time code behind it, and comes from no address', async () => {
    const user = await fixture.user(
      [allow('tat:InvokeCommand', '*', { string_equal: { 'qcs:mfa': '1' } })],
      [allow('tat:RunCommand', '*', { ip_equal: { 'qcs:ip': '0.0.0.0/0' } })],
      [allow('tat:DescribeCommands', '*', { string_equal: { 'qcs:mfa': '0' } })],
    );
    const token = await issue(await create(user.token));
    expect(await may(token, 'tat:InvokeCommand')).toBe(false);
    expect(await may(token, 'tat:RunCommand')).toBe(false);
    expect(await may(token, 'tat:DescribeCommands')).toBe(true);
  });

  it('does not mind that the key is switched off that the delegation was made with', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const delegationId = await create(user.token);
    const { uin: targetUin, secretId: accessKeyId } = user;
    await fixture.iam().updateAccessKey({ targetUin, accessKeyId, status: AccessKeyStatus.INACTIVE });
    expect(await may(await issue(delegationId))).toBe(true);
  });

  it('of a role session has what the role and its session policy both allow now', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow('tat:*')]);
    const policy = documentOf(allow('tat:InvokeCommand'));
    const delegationId = await create(await assume(fixture, user.token, role, { policy }));
    const token = await issue(delegationId);
    expect(await principalOf(token)).toMatchObject({ type: PrincipalType.ROLE, uin: role.roleId });
    expect(await may(token, 'tat:InvokeCommand')).toBe(true);
    expect(await may(token, 'tat:RunCommand')).toBe(false);
  });

  it('of a federated user is narrowed as that one is', async () => {
    const user = await fixture.user([allow(['tat:*', 'sts:GetFederationToken'])]);
    const policy = documentOf(allow('tat:InvokeCommand'));
    const { credentials } = await fixture.tokens(user.token).getFederationToken({ name: 'guest', policy });
    const token = await issue(await create(credentials!.token));
    expect(await may(token, 'tat:InvokeCommand')).toBe(true);
    expect(await may(token, 'tat:RunCommand')).toBe(false);
  });

  it('of a collaborator acts in the account that invited it', async () => {
    const guest = await other.user();
    await fixture.accounts().addCollaborator({ uin: guest.uin, name: `guest-${guest.uin}` });
    const policyId = await fixture.policy([allow('tat:*')]);
    await fixture.iam().attachUserPolicy({ policyId, attachUin: guest.uin });
    const switched = await fixture.tokens(guest.token).switchAccount({ accountUin: ROOT_UIN });
    const delegationId = await create(switched.token);
    const token = await issue(delegationId);
    expect(await principalOf(token)).toMatchObject({ type: PrincipalType.COLLABORATOR, accountUin: ROOT_UIN });
    expect(await may(token)).toBe(true);

    await fixture.accounts().removeCollaborator({ uin: guest.uin });
    await ended(delegationId);
    await fixture.accounts().addCollaborator({ uin: guest.uin, name: `again-${guest.uin}` });
    await ended(delegationId);
  });
});

describe('F40: a delegation that is as what was brought', () => {
  const asBrought = async (credential: string, livesMs = 3_600_000) => {
    const expiredTime = timestampFromMs(fixture.clock.ms + livesMs);
    const asked = { context: { credential }, purpose: 'runs', asBrought: true, expiredTime };
    return (await (await delegations()).createDelegation(asked)).delegationId;
  };

  it('outlives the token it was made with, and ends with the access key, switched off or deleted', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const { uin: targetUin, secretId: accessKeyId } = user;
    const delegationId = await asBrought(user.token);
    await fixture.tokens(user.token).logout({});
    const token = await issue(delegationId);
    expect(await may(token)).toBe(true);
    await fixture.iam().updateAccessKey({ targetUin, accessKeyId, status: AccessKeyStatus.INACTIVE });
    await ended(delegationId);
    expect(await refusalOf(may(token))).toMatchObject({ kind: 'unauthenticated' });
    await fixture.iam().updateAccessKey({ targetUin, accessKeyId, status: AccessKeyStatus.ACTIVE });
    expect(await may(await issue(delegationId))).toBe(true);
    await fixture.iam().updateAccessKey({ targetUin, accessKeyId, status: AccessKeyStatus.INACTIVE });
    await fixture.iam().deleteAccessKey({ targetUin, accessKeyId });
    await ended(delegationId);
  });

  it('ends at its time', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const delegationId = await asBrought(user.token, 60_000);
    fixture.clock.ms += 59_000;
    expect(await may(await issue(delegationId))).toBe(true);
    fixture.clock.ms += 1_000;
    await ended(delegationId);
  });

  it('is decided from the address that the question names', async () => {
    const user = await fixture.user([allow('tat:*', '*', { ip_equal: { 'qcs:ip': '10.0.0.0/8' } })]);
    const credential = await issue(await asBrought(user.token));
    const ask = async (peerAddress: string) =>
      (await fixture.authorization('invocation-svc')).authorize({
        context: { credential, peerAddress },
        action: 'tat:InvokeCommand',
        resources: [{ resource: 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa' }],
      });
    expect((await ask('10.1.2.3')).allowed).toBe(true);
    expect((await ask('11.1.2.3')).allowed).toBe(false);
  });
});

describe('a delegation ends', () => {
  it('while its user is switched off, and for good when the user is deleted', async () => {
    const user = await fixture.user([allow('tat:*')]);
    const delegationId = await create(user.token);
    await fixture.iam().updateUser({ name: user.name, active: false });
    await ended(delegationId);
    await fixture.iam().updateUser({ name: user.name, active: true });
    const token = await issue(delegationId);
    await fixture.iam().deleteUser({ name: user.name, force: true });
    await ended(delegationId);
    expect(await refusalOf(may(token))).toMatchObject({ kind: 'unauthenticated' });
  });

  it('with the role, and with the user that assumed it from another account', async () => {
    const role = await makeRole(fixture, [allow('tat:*')], {
      policyDocument: trusting(`qcs::cam::uin/${other.accountUin}:root`),
    });
    const [stays, goes] = [await other.user(allow('sts:AssumeRole')), await other.user(allow('sts:AssumeRole'))];
    const ofStaying = await create(await assume(fixture, stays.token, role));
    const ofGoing = await create(await assume(fixture, goes.token, role));
    await fixture.iam(other.token).deleteUser({ name: goes.name, force: true });
    await ended(ofGoing);
    expect(await may(await issue(ofStaying))).toBe(true);
    await fixture.client(RoleService, fixture.root.token).deleteRole({ roleId: role.roleId });
    await ended(ofStaying);
  });

  it('when the service that asked for it says so, and saying so again is no fault', async () => {
    const delegationId = await create(fixture.root.token);
    for (let times = 0; times < 2; times++) await (await delegations()).endDelegation({ delegationId });
    await ended(delegationId);
    await ended('never-made');
  });
});

it('goes on record when it is made and whenever it is used', async () => {
  const user = await fixture.user([allow('tat:*')]);
  const { createDelegation, issueDelegatedToken } = await delegations();
  const context = { credential: user.token, peerAddress: '10.1.2.3', requestId: 'request-1' };
  const { delegationId } = await createDelegation({ context, purpose: PURPOSE });
  await issueDelegatedToken({ delegationId }, { headers: { 'x-request-id': 'request-2' } });
  const { records } = await fixture.client(AuditService, fixture.root.token).listAuditRecords({ uin: user.uin });
  const resources = [`qcs::sts::uin/${ROOT_UIN}:delegation/${delegationId}/${PURPOSE}`];
  const principal = { type: PrincipalType.USER, uin: user.uin, name: user.name };
  expect(records.slice(0, 2)).toMatchObject([
    { action: 'muster:IssueDelegatedToken', principal, resources, requestId: 'request-2' },
    {
      ...{ action: 'muster:CreateDelegation', principal, resources, requestId: 'request-1' },
      ...{ sourceIp: '10.1.2.3', accessKeyId: user.secretId },
    },
  ]);
});

describe('it is refused', () => {
  it('to every other service, and to users, root included', async () => {
    const callers = [
      await fixture.serviceToken('command-svc'),
      await fixture.serviceToken('gateway'),
      fixture.root.token,
    ];
    for (const caller of callers) {
      const client = fixture.client(DelegationService, caller);
      const context = { credential: fixture.root.token };
      const calls = [
        () => client.createDelegation({ context, purpose: PURPOSE }),
        () => client.issueDelegatedToken({ delegationId: 'x' }),
        () => client.endDelegation({ delegationId: 'x' }),
      ];
      for (const call of calls) expect(await refusalOf(call())).toMatchObject({ kind: 'denied' });
    }
  });

  it('for a credential that is nobody’s, that of a service, and without a purpose', async () => {
    expect(await refusalOf(create('forged'))).toMatchObject({ reason: 'AuthFailure.TokenFailure' });
    const service = await fixture.serviceToken('command-svc');
    expect(await refusalOf(create(service))).toMatchObject({ kind: 'denied' });
    const context = { credential: fixture.root.token };
    for (const purpose of ['', 'x'.repeat(201)]) {
      const asking = (await delegations()).createDelegation({ context, purpose });
      expect(await refusalOf(asking)).toMatchObject({ reason: 'InvalidParameter', details: { field: 'Purpose' } });
    }
  });
});
