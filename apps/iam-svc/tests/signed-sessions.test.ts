import type { Credentials } from '@muster/contract';
import { AccessKeyStatus, PrincipalType, RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enableAuthenticator } from './authenticator.ts';
import { allow, type Fixture, refusalOf, startFixture, type TestUser } from './fixture.ts';
import { documentOf, makeRole, type TestRole } from './roles.ts';
import { authenticated, type Signing, signedRequest } from './signed.ts';

let fixture: Fixture;
let user: TestUser;
let role: TestRole;
beforeAll(async () => {
  fixture = await startFixture({ exchangeSeconds: 86_400 });
  user = await fixture.user([allow('*')]);
  role = await makeRole(fixture, [allow('tat:*')]);
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** What a client signs with that has these credentials. */
const keyOf = ({ tmpSecretId, tmpSecretKey, sessionToken }: Credentials) => ({
  ...{ secretId: tmpSecretId, secretKey: tmpSecretKey, sessionToken },
});
const session = async (token = user.token, durationSeconds = 900) => {
  const { roleArn } = role;
  const answer = await fixture.tokens(token).assumeRole({ roleArn, roleSessionName: 'night-shift', durationSeconds });
  return answer.credentials!;
};
const ask = (signing: Signing) => authenticated(fixture, signedRequest(fixture, signing));
const refusal = (what: string) => ({ kind: 'unauthenticated', reason: `AuthFailure.${what}` });

describe('temporary credentials', () => {
  it('of AssumeRole sign as the role’s session', async () => {
    const { credential, principal } = await ask(keyOf(await session()));
    expect(principal).toMatchObject({ type: PrincipalType.ROLE, uin: role.roleId, name: 'night-shift' });
    expect(await fixture.tokens(credential).getCallerIdentity({})).toMatchObject({ type: 'CAMRole' });
  });

  it('of GetFederationToken sign as the federated user', async () => {
    const policy = documentOf(allow('tat:DescribeCommands'));
    const { credentials } = await fixture.tokens(user.token).getFederationToken({ name: 'visitor', policy });
    const { credential } = await ask(keyOf(credentials!));
    expect((await fixture.tokens(credential).getCallerIdentity({})).arn).toContain(`federated-user/${user.uin}`);
  });

  it('of GetSessionToken sign as their own user, with the one-time code behind them', async () => {
    const own = await fixture.user(
      [allow(['cam:CreateMfaDevice', 'cam:EnableMfaDevice'])],
      [allow('cam:GetUser', '*', { string_equal: { 'qcs:mfa': '1' } })],
    );
    const authenticator = await enableAuthenticator(fixture, own.token);
    const { credentials } = await fixture.tokens(own.token).getSessionToken({ tokenCode: authenticator.next() });
    const { credential, principal } = await ask(keyOf(credentials!));
    expect(principal).toMatchObject({ type: PrincipalType.USER, uin: own.uin });
    await fixture.iam(credential).getUser({ name: own.name });
    expect(await refusalOf(fixture.iam(own.token).getUser({ name: own.name }))).toMatchObject({ kind: 'denied' });
  });

  it('have an id of their own form, a key that is in no token, and another bearer token than the one they came with', async () => {
    const given = await session();
    expect(given.tmpSecretId).toMatch(/^AKID[0-9a-f]{64}$/);
    expect(given.tmpSecretKey).toMatch(/^[\w-]{43}$/);
    const { credential } = await ask(keyOf(given));
    expect(credential).not.toBe(given.token);
    expect((await ask(keyOf(given))).credential).toBe(credential);
  });

  it('go on working after a restart', async () => {
    const given = await session();
    await fixture.restart();
    await ask(keyOf(given));
  });

  it('T24: are refused with a wrong key, on record under the session', async () => {
    const given = await session();
    const wrong = { ...keyOf(given), secretKey: 'wrong' };
    expect(await refusalOf(ask(wrong))).toMatchObject(refusal('SignatureFailure'));
  });

  it('are refused without their token, with another’s, with a bearer token in its place or one that was changed', async () => {
    const [given, another] = [await session(), await session()];
    for (const sessionToken of ['', another.sessionToken, given.token, `${given.sessionToken}x`]) {
      expect(await refusalOf(ask({ ...keyOf(given), sessionToken }))).toMatchObject(refusal('TokenFailure'));
    }
    const ownKey = { ...user, sessionToken: given.sessionToken };
    expect(await refusalOf(ask(ownKey))).toMatchObject(refusal('TokenFailure'));
  });

  it('have a token that is no bearer token', async () => {
    const { sessionToken } = await session();
    expect(await refusalOf(fixture.tokens(sessionToken).getCallerIdentity({}))).toMatchObject(refusal('TokenFailure'));
  });

  it('cannot be made from others where lasting ones are asked for', async () => {
    const policy = documentOf(allow('*'));
    const { credentials } = await fixture.tokens(user.token).getFederationToken({ name: 'visitor', policy });
    const { credential } = await ask(keyOf(credentials!));
    const again = fixture.tokens(credential).getFederationToken({ name: 'visitor', policy });
    expect(await refusalOf(again)).toMatchObject({ reason: 'FailedOperation.TempKeyNotAllowed' });
  });
});

describe('temporary credentials end', () => {
  const ended = async (given: Credentials, credential: string) => {
    expect(await refusalOf(ask(keyOf(given)))).toMatchObject(refusal('TokenFailure'));
    expect(await refusalOf(fixture.tokens(credential).getCallerIdentity({}))).toMatchObject(refusal('TokenFailure'));
  };

  it('when their time is up, to the second, and with them what they gave', async () => {
    const given = await session();
    fixture.clock.ms += 899_000;
    const { credential } = await ask(keyOf(given));
    fixture.clock.ms += 1_000;
    await ended(given, credential);
  });

  it('with the token that they came with', async () => {
    const given = await session();
    const { credential } = await ask(keyOf(given));
    await fixture.tokens(given.token).logout({});
    await ended(given, credential);
  });

  it('with the key that they stand on', async () => {
    const other = await fixture.user([allow('*')]);
    const given = await session(other.token);
    const { credential } = await ask(keyOf(given));
    const { secretId: accessKeyId, uin: targetUin } = other;
    await fixture.iam().updateAccessKey({ accessKeyId, targetUin, status: AccessKeyStatus.INACTIVE });
    await ended(given, credential);
  });

  it('with the user who took the role on', async () => {
    const other = await fixture.user([allow('*')]);
    const given = await session(other.token);
    const { credential } = await ask(keyOf(given));
    await fixture.iam().deleteUser({ name: other.name, force: true });
    await ended(given, credential);
  });

  it('with the role', async () => {
    const given = await session();
    const { credential } = await ask(keyOf(given));
    await fixture.client(RoleService, fixture.root.token).deleteRole({ roleId: role.roleId });
    await ended(given, credential);
  });
});
