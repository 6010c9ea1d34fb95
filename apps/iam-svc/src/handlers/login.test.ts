import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

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
