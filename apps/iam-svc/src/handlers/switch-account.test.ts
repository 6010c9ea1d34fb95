import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enableAuthenticator } from '../../tests/authenticator.ts';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture, type TestAccount } from '../../tests/fixture.ts';

let fixture: Fixture;
let other: TestAccount;
beforeAll(async () => {
  fixture = await startFixture();
  other = await fixture.account();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const ENDED = { kind: 'unauthenticated', reason: 'AuthFailure.TokenFailure' };
const switchTo = (accountUin: string, token: string) => fixture.tokens(token).switchAccount({ accountUin });
const identity = (token: string) => fixture.tokens(token).getCallerIdentity({});

/** A sub-user of the other account that this one invited and gave these rights. */
async function guestWith(...statements: object[][]) {
  const guest = await other.user([allow('cam:*')]);
  await fixture.accounts().addCollaborator({ uin: guest.uin, name: `guest-${guest.uin}` });
  for (const statement of statements) {
    await fixture.iam().attachUserPolicy({ policyId: await fixture.policy(statement), attachUin: guest.uin });
  }
  return guest;
}

describe('SwitchAccount', () => {
  it('gives a token that acts in the inviting account, with what that account attached, and back', async () => {
    const guest = await guestWith([allow('cam:GetUser')]);
    const own = await fixture.user();
    const away = (await switchTo(ROOT_UIN, guest.token)).token;
    expect(await identity(away)).toMatchObject({
      accountId: ROOT_UIN,
      userId: guest.uin,
      userName: `guest-${guest.uin}`,
    });
    expect((await fixture.iam(away).getUser({ name: own.name })).user?.uin).toBe(own.uin);
    // what it may do at home does not count here
    expect(await refusalOf(fixture.iam(away).addUser({ name: 'mine' }))).toMatchObject({ kind: 'denied' });
    expect(await refusalOf(fixture.iam(guest.token).getUser({ name: own.name }))).toMatchObject({ kind: 'not_found' });
    const back = (await switchTo(other.uin, away)).token;
    expect(await identity(back)).toMatchObject({ accountId: other.uin, userId: guest.uin, userName: guest.name });
    await fixture.iam(back).listUsers({});
  });

  it('makes a foreign root no root here', async () => {
    await fixture.accounts().addCollaborator({ uin: other.uin, name: 'team' });
    const { token } = await switchTo(ROOT_UIN, other.token);
    expect(await refusalOf(fixture.iam(token).addUser({ name: 'mine' }))).toMatchObject({ kind: 'denied' });
    expect(await refusalOf(fixture.iam(token).updateUser({ name: 'root', password: 'Aa1!aaaa' }))).toMatchObject({
      kind: 'denied',
    });
  });

  it('lets nobody manage keys of their own away from home', async () => {
    const guest = await guestWith([allow('*')]);
    const { token } = await switchTo(ROOT_UIN, guest.token);
    for (const targetUin of ['0', guest.uin]) {
      expect(await refusalOf(fixture.iam(token).createAccessKey({ targetUin }))).toMatchObject({
        reason: 'ResourceNotFound.UserNotExist',
      });
    }
  });

  it('goes only where there is an invitation, and says no more of other accounts', async () => {
    const guest = await other.user();
    const third = await fixture.account();
    for (const accountUin of [ROOT_UIN, third.uin, '999', guest.uin]) {
      expect(await refusalOf(switchTo(accountUin, guest.token))).toMatchObject({
        kind: 'not_found',
        reason: 'ResourceNotFound.NotFound',
        message: `no invitation of account \`${accountUin}\``,
      });
    }
    expect((await refusalOf(switchTo('0', guest.token))).reason).toBe('MissingParameter');
  });

  it('carries the key over: the token ends with it', async () => {
    const guest = await guestWith();
    const away = (await switchTo(ROOT_UIN, guest.token)).token;
    const before = fixture.published.length;
    await fixture.iam(other.token).updateUser({ name: guest.name, remark: 'still on' });
    await identity(away);
    await fixture.iam(other.token).updateAccessKey({ accessKeyId: guest.secretId, status: 2, targetUin: guest.uin });
    expect(await refusalOf(identity(away))).toMatchObject(ENDED);
    // both accounts are told, so that open sessions in either end
    expect(fixture.published.length).toBeGreaterThanOrEqual(before + 3);
  });

  it('ends when the user is switched off or deleted at home', async () => {
    for (const end of [
      (name: string) => fixture.iam(other.token).updateUser({ name, active: false }),
      (name: string) => fixture.iam(other.token).deleteUser({ name, force: true }),
    ]) {
      const guest = await guestWith([allow('cam:GetUser')]);
      const away = (await switchTo(ROOT_UIN, guest.token)).token;
      await end(guest.name);
      expect(await refusalOf(identity(away))).toMatchObject(ENDED);
    }
  });

  it('leaves nothing of a deleted guest in the accounts that invited it', async () => {
    const guest = await guestWith([allow('cam:GetUser')]);
    await fixture.iam(other.token).deleteUser({ name: guest.name, force: true });
    const { data } = await fixture.accounts().listCollaborators({ keyword: guest.uin });
    expect(data).toEqual([]);
    const left = await fixture.inStore((db) =>
      db.selectFrom('attachment').selectAll().where('target_id', '=', guest.uin).execute(),
    );
    expect(left).toEqual([]);
  });

  it('carries the one-time code over', async () => {
    const name = 'with-mfa';
    const iam = fixture.iam(other.token);
    const made = await iam.addUser({ name, consoleLogin: true, password: 'Aa1!aaaa' });
    const policyId = await fixture.policy([allow('cam:*MfaDevice')], other.token);
    await iam.attachUserPolicy({ policyId, attachUin: made.uin });
    const login = (mfaCode = '') =>
      fixture.tokens().login({ accountUin: other.uin, userName: name, password: 'Aa1!aaaa', mfaCode });
    await fixture.accounts().addCollaborator({ uin: made.uin, name });
    const withMfa = await fixture.policy([allow('cam:ListUsers', '*', { string_equal: { 'qcs:mfa': '1' } })]);
    await fixture.iam().attachUserPolicy({ policyId: withMfa, attachUin: made.uin });
    const seen = async (token: string) =>
      (await fixture.iam((await switchTo(ROOT_UIN, token)).token).listUsers({})).totalNum;
    const without = (await login()).token;
    await fixture.user();
    expect(await seen(without)).toBe(0);
    const authenticator = await enableAuthenticator(fixture, without);
    expect(await seen((await login(authenticator.next())).token)).toBeGreaterThan(0);
  });

  it('gives no more time than there was', async () => {
    const guest = await guestWith();
    const token = await fixture.exchange(guest);
    const ends = fixture.clock.ms + 3_600_000;
    fixture.clock.ms += 600_000;
    const away = await switchTo(ROOT_UIN, token);
    expect(timestampMs(away.expiredTime!)).toBe(ends);
    expect(timestampMs((await switchTo(other.uin, away.token)).expiredTime!)).toBe(ends);
  });

  it('is not for temporary credentials', async () => {
    const guest = await other.user([allow('sts:*')]);
    await fixture.accounts().addCollaborator({ uin: guest.uin });
    const policy = JSON.stringify({ version: '2.0', statement: [allow('*')] });
    const federated = await fixture.tokens(guest.token).getFederationToken({ name: 'visitor', policy });
    expect(await refusalOf(switchTo(ROOT_UIN, federated.credentials!.token))).toMatchObject({
      kind: 'denied',
      reason: 'FailedOperation.TempKeyNotAllowed',
    });
  });
});
