import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const PASSWORD = 'Aa1!aaaa';
const ENDED = { kind: 'unauthenticated', reason: 'AuthFailure.TokenFailure' };
let serial = 0;

/** A user with a key and a password, signed in by both. */
async function signedIn() {
  const name = `both${serial++}`;
  const made = await fixture.iam().addUser({ name, consoleLogin: true, password: PASSWORD, useApi: true });
  return { ...made, api: await fixture.exchange(made), console: (await login(name)).token };
}
const login = (userName: string, password = PASSWORD, newPassword = '') =>
  fixture.tokens().login({ userName, password, newPassword });
const identity = (token: string) => fixture.tokens(token).getCallerIdentity({});

describe('UpdateUser', () => {
  it('changes what is given and leaves the rest', async () => {
    const { name } = await signedIn();
    const iam = fixture.iam();
    await iam.updateUser({ name, remark: 'ops', phoneNum: '13800138000', countryCode: '86', email: 'ann@example.com' });
    await iam.updateUser({ name, remark: '', needResetPassword: true });
    expect((await iam.getUser({ name })).user).toMatchObject({
      remark: '',
      phoneNum: '13800138000',
      countryCode: '86',
      email: 'ann@example.com',
      needResetPassword: true,
      consoleLogin: true,
      active: true,
    });
  });

  it('that switches a user off ends every token of it and its keys work no longer, until it is on again', async () => {
    const user = await signedIn();
    const iam = fixture.iam();
    await iam.updateUser({ name: user.name, active: false });
    for (const token of [user.api, user.console]) expect(await refusalOf(identity(token))).toMatchObject(ENDED);
    expect(await refusalOf(fixture.exchange(user))).toMatchObject({ reason: 'AuthFailure.SecretIdNotFound' });
    expect(await refusalOf(login(user.name))).toMatchObject({ reason: 'AuthFailure.LoginFailure' });
    expect((await iam.listAccessKeys({ targetUin: user.uin })).accessKeys).toMatchObject([
      { status: AccessKeyStatus.ACTIVE },
    ]);
    await iam.updateUser({ name: user.name, active: true });
    expect(await refusalOf(identity(user.api))).toMatchObject(ENDED);
    await fixture.exchange(user);
    await login(user.name);
  });

  it('that switches a user off ends what it handed out too: role sessions and federated tokens', async () => {
    const user = await signedIn();
    await fixture.inStore(async (db) => {
      const row = { account_uin: ROOT_UIN, uin: user.uin, access_key_id: user.secretId, mfa: 0, expires_at: 9e15 };
      const role = { role_id: '77', account_uin: ROOT_UIN, name: 'r', description: '', trust_document: '{}' };
      await db
        .insertInto('role')
        .values({ ...role, session_seconds: 60, created_at: 0, updated_at: 0 })
        .execute();
      const sessions = [
        { ...row, token_id: 'session', role_id: '77', session_name: 's', session_policy: '' },
        { ...row, token_id: 'federated', role_id: null, session_name: 'f', session_policy: '{}' },
      ];
      await db.insertInto('token').values(sessions).execute();
    });
    await fixture.iam().updateUser({ name: user.name, active: false });
    const left = await fixture.inStore((db) =>
      db.selectFrom('token').select('token_id').where('uin', '=', user.uin).execute(),
    );
    expect(left).toEqual([]);
  });

  it('that gives another password ends console logins and no others', async () => {
    const user = await signedIn();
    await fixture.iam().updateUser({ name: user.name, password: 'Bb2?bbbb' });
    expect(await refusalOf(identity(user.console))).toMatchObject(ENDED);
    await identity(user.api);
    expect(await refusalOf(login(user.name))).toMatchObject({ reason: 'AuthFailure.LoginFailure' });
    await login(user.name, 'Bb2?bbbb');
  });

  it('that takes the console login away ends console logins, and a later one needs a new password', async () => {
    const user = await signedIn();
    const iam = fixture.iam();
    await iam.updateUser({ name: user.name, consoleLogin: false });
    expect(await refusalOf(identity(user.console))).toMatchObject(ENDED);
    await identity(user.api);
    expect((await iam.getUser({ name: user.name })).user?.consoleLogin).toBe(false);
    expect(await refusalOf(iam.updateUser({ name: user.name, consoleLogin: true }))).toMatchObject({
      details: { field: 'Password' },
    });
    await iam.updateUser({ name: user.name, consoleLogin: true, password: PASSWORD });
    await login(user.name);
  });

  it('is decided by policies, and tells free names from taken ones to nobody who may not know', async () => {
    const user = await signedIn();
    const other = fixture.iam((await fixture.user()).token);
    for (const name of [user.name, 'free-name']) {
      expect(await refusalOf(other.updateUser({ name, remark: 'x' }))).toMatchObject({ kind: 'denied' });
    }
    const self = await fixture.user([allow('cam:UpdateUser')]);
    await fixture.iam(self.token).updateUser({ name: user.name, remark: 'x' });
    expect(await refusalOf(fixture.iam().updateUser({ name: 'free-name' }))).toMatchObject({
      reason: 'ResourceNotFound.UserNotExist',
    });
  });

  it('leaves root to itself: no policy lets others set its password, and it cannot shut itself out', async () => {
    const admin = fixture.iam((await fixture.user([allow('*')])).token);
    for (const change of [{ password: PASSWORD }, { needResetPassword: true }, { email: 'me@example.com' }]) {
      expect(await refusalOf(admin.updateUser({ name: 'root', ...change }))).toMatchObject({
        kind: 'denied',
        reason: 'OperationDenied.SubUin',
      });
    }
    const root = fixture.iam();
    await root.updateUser({ name: 'root', email: 'root@example.com', password: PASSWORD });
    await login('root');
    for (const change of [{ active: false }, { consoleLogin: false }]) {
      expect((await refusalOf(root.updateUser({ name: 'root', ...change }))).kind).toBe('invalid');
    }
  });

  it.each([
    ['Remark', { remark: 'x'.repeat(1_025) }],
    ['PhoneNum', { phoneNum: '+86' }],
    ['CountryCode', { countryCode: '123456789' }],
    ['Email', { email: 'nowhere' }],
    ['Password', { password: 'weak' }],
  ])('refuses a wrong %s', async (field, change) => {
    const { name } = await fixture.user();
    expect(await refusalOf(fixture.iam().updateUser({ name, ...change }))).toMatchObject({
      kind: 'invalid',
      details: { field },
    });
  });
});
