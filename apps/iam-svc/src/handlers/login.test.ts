import { timestampMs } from '@bufbuild/protobuf/wkt';
import { AuditService, Outcome } from '@muster/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Authenticator, enableAuthenticator } from '../../tests/authenticator.ts';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(() => {
  fixture.clock.ms = Date.UTC(2026, 0, 1);
});

const login = (userName: string, password: string, accountUin = '0') =>
  fixture.tokens().login({ accountUin, userName, password });
const rootLogin = (password = fixture.root.consolePassword) => login('root', password);
const WRONG = {
  kind: 'unauthenticated',
  reason: 'AuthFailure.LoginFailure',
  message: 'the account, the user name or the password is wrong',
};
const LOCKED = { kind: 'exhausted', reason: 'RequestLimitExceeded' };

describe('Login', () => {
  it('lets root and a sub-user in with their passwords, and the token lasts a working day', async () => {
    const { token, expiredTime } = await rootLogin();
    expect(timestampMs(expiredTime!)).toBe(fixture.clock.ms + 8 * 3_600_000);
    expect(await fixture.tokens(token).getCallerIdentity({})).toMatchObject({ userName: 'root' });

    const made = await fixture.iam().addUser({ name: 'ann', consoleLogin: true, password: 'Aa1!aaaa' });
    const ann = await login('ann', 'Aa1!aaaa', ROOT_UIN);
    expect(await fixture.tokens(ann.token).getCallerIdentity({})).toMatchObject({ userId: made.uin });
  });

  it('never says what was wrong', async () => {
    await fixture.iam().addUser({ name: 'api-only', useApi: true });
    for (const [userName, password, accountUin] of [
      ['root', 'wrong', '0'],
      ['nobody', 'Aa1!aaaa', '0'],
      ['api-only', '', '0'],
      ['root', fixture.root.consolePassword, '200000000002'],
      ['x'.repeat(65), 'Aa1!aaaa', '0'],
    ] as const) {
      expect(await refusalOf(login(userName, password, accountUin))).toMatchObject(WRONG);
    }
  });

  it('locks a name at the fifth failure in a row, for longer each time, even for the right password', async () => {
    await rootLogin();
    for (let i = 0; i < 5; i++) expect(await refusalOf(rootLogin('wrong'))).toMatchObject(WRONG);
    expect(await refusalOf(rootLogin())).toMatchObject({ ...LOCKED, message: expect.stringContaining('30 s') });
    fixture.clock.ms += 30_000;
    expect(await refusalOf(rootLogin('wrong'))).toMatchObject(WRONG);
    expect(await refusalOf(rootLogin())).toMatchObject({ ...LOCKED, message: expect.stringContaining('60 s') });
    // somebody else is not locked
    expect(await refusalOf(login('other', 'wrong'))).toMatchObject(WRONG);
    fixture.clock.ms += 60_000;
    await rootLogin();
    // and a success forgets all failures
    for (let i = 0; i < 4; i++) await refusalOf(rootLogin('wrong'));
    await rootLogin();
  });

  it('locks a name that nobody has just the same', async () => {
    for (let i = 0; i < 5; i++) await refusalOf(login('ghost', 'wrong'));
    expect(await refusalOf(login('ghost', 'wrong'))).toMatchObject(LOCKED);
  });

  it('counts guesses that come all at once', async () => {
    const refusals = await Promise.all(Array.from({ length: 12 }, () => refusalOf(login('crowd', 'wrong'))));
    expect(refusals.filter(({ kind }) => kind === 'unauthenticated')).toHaveLength(5);
    expect(refusals.filter(({ kind }) => kind === 'exhausted')).toHaveLength(7);
  });
});

describe('Login on record', () => {
  const records = async () => {
    const { records: found } = await fixture
      .client(AuditService, fixture.root.token)
      .listAuditRecords({ action: 'sts:Login', limit: 100 });
    return found.map(({ principal, outcome }) => [principal?.name, outcome]);
  };

  it('says who was let in and who was not, and nothing of names that nobody has', async () => {
    await fixture.iam().addUser({ name: 'seen', consoleLogin: true, password: 'Aa1!aaaa' });
    await login('seen', 'Aa1!aaaa');
    await refusalOf(login('seen', 'wrong'));
    await refusalOf(login('unseen', 'wrong'));
    const [newest, before] = await records();
    expect([newest, before]).toEqual([
      ['seen', Outcome.IMPLICIT_DENY],
      ['seen', Outcome.ALLOWED],
    ]);
  });
});

describe('Login with an authenticator', () => {
  const PASSWORD = 'Aa1!aaaa';
  const WRONG_CODE = { kind: 'denied', reason: 'FailedOperation.CheckMFAError' };
  let serial = 0;
  let userName: string;
  let uin: string;
  let authenticator: Authenticator;
  beforeEach(async () => {
    userName = `mfa${serial++}`;
    ({ uin } = await fixture.iam().addUser({ name: userName, consoleLogin: true, password: PASSWORD }));
    const policyId = await fixture.policy([allow('cam:*')]);
    await fixture.iam().attachUserPolicy({ policyId, attachUin: uin });
    authenticator = await enableAuthenticator(fixture, (await login(userName, PASSWORD)).token);
  });
  const loginWith = (mfaCode: string, password = PASSWORD) => fixture.tokens().login({ userName, password, mfaCode });

  it('needs a code as well, and each code is taken once', async () => {
    const code = authenticator.next();
    await loginWith(code);
    expect(await refusalOf(loginWith(code))).toMatchObject({
      ...WRONG_CODE,
      message: 'the one-time code is wrong or was used before',
    });
    expect(await refusalOf(loginWith(''))).toMatchObject({
      ...WRONG_CODE,
      message: expect.stringContaining('must be given'),
    });
    await loginWith(authenticator.next());
  });

  it('takes one of two logins with the same code at once', async () => {
    const code = authenticator.next();
    const both = await Promise.allSettled([loginWith(code), loginWith(code)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('says nothing of codes to whom the password is not right', async () => {
    expect(await refusalOf(loginWith(authenticator.next(), 'wrong'))).toMatchObject(WRONG);
  });

  it('counts wrong codes as failed logins', async () => {
    const right = authenticator.next();
    for (let i = 0; i < 5; i++) expect(await refusalOf(loginWith('12345'))).toMatchObject(WRONG_CODE);
    expect(await refusalOf(loginWith(right))).toMatchObject(LOCKED);
  });

  it('gives a token for which qcs:mfa is 1; a key gives one for which it is 0', async () => {
    const withMfa = allow('cam:GetUser', '*', { string_equal: { 'qcs:mfa': '1' } });
    const { token: plain } = await fixture.user([withMfa]);
    expect(await refusalOf(fixture.iam(plain).getUser({ name: userName }))).toMatchObject({ kind: 'denied' });
    const other = await fixture.iam().addUser({ name: `${userName}-2`, consoleLogin: true, password: PASSWORD });
    for (const statement of [allow('cam:*MfaDevice'), withMfa]) {
      await fixture.iam().attachUserPolicy({ policyId: await fixture.policy([statement]), attachUin: other.uin });
    }
    userName = `${userName}-2`;
    const without = (await login(userName, PASSWORD)).token;
    expect(await refusalOf(fixture.iam(without).getUser({ name: userName }))).toMatchObject({ kind: 'denied' });
    authenticator = await enableAuthenticator(fixture, without);
    const { token } = await loginWith(authenticator.next());
    await fixture.iam(token).getUser({ name: userName });
  });
});

describe('Login when the password must be replaced', () => {
  const [OLD, NEW] = ['Aa1!aaaa', 'Bb2?bbbb'];
  let serial = 0;
  let userName: string;
  beforeEach(async () => {
    userName = `reset${serial++}`;
    await fixture.iam().addUser({ name: userName, consoleLogin: true, password: OLD, needResetPassword: true });
  });
  const replace = (newPassword: string, password = OLD) => fixture.tokens().login({ userName, password, newPassword });

  it('is refused until a new one comes with it, which is then the password', async () => {
    expect(await refusalOf(login(userName, OLD))).toMatchObject({
      kind: 'conflict',
      reason: 'OperationDenied.NeedResetPassword',
      message: 'the password must be replaced; give NewPassword',
    });
    const { token } = await replace(NEW);
    expect((await fixture.tokens(token).getCallerIdentity({})).userName).toBe(userName);
    expect(await refusalOf(login(userName, OLD))).toMatchObject(WRONG);
    await login(userName, NEW);
    expect((await fixture.iam().getUser({ name: userName })).user?.needResetPassword).toBe(false);
  });

  it.each([
    ['weak', 'weak'],
    ['the same', OLD],
  ])('refuses a new one that is %s', async (_what, newPassword) => {
    expect(await refusalOf(replace(newPassword))).toMatchObject({
      reason: 'InvalidParameter.PasswordViolatedRules',
      details: { field: 'NewPassword' },
    });
  });

  it('takes no new one from whom the old one is not known, nor when there is no need', async () => {
    expect(await refusalOf(replace(NEW, 'wrong'))).toMatchObject(WRONG);
    await replace(NEW);
    expect(await refusalOf(replace('Cc3#cccc', NEW))).toMatchObject({
      kind: 'invalid',
      details: { field: 'NewPassword' },
    });
    await login(userName, NEW);
  });

  it('ends the logins that stood on the old one', async () => {
    await fixture.iam().updateUser({ name: userName, needResetPassword: false });
    const { token } = await login(userName, OLD);
    await fixture.iam().updateUser({ name: userName, needResetPassword: true });
    await fixture.tokens(token).getCallerIdentity({});
    await replace(NEW);
    expect(await refusalOf(fixture.tokens(token).getCallerIdentity({}))).toMatchObject({ kind: 'unauthenticated' });
  });
});
