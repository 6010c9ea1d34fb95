import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';
import { checkPassword } from '../domain/password.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('CreateAccount', () => {
  it('makes a root with a key and a password that work, and nothing else in its account', async () => {
    const made = await fixture.accounts().createAccount({ name: 'team-b' });
    const token = await fixture.exchange(made);
    expect(await fixture.tokens(token).getCallerIdentity({})).toMatchObject({
      accountId: made.accountUin,
      userId: made.accountUin,
      userName: 'root',
    });
    checkPassword(made.password);
    const { accountUin, password } = made;
    await fixture.tokens().login({ accountUin, userName: 'root', password });
    expect(await refusalOf(fixture.tokens().login({ userName: 'root', password }))).toMatchObject({
      reason: 'AuthFailure.LoginFailure',
    });
    expect((await fixture.iam(token).listUsers({})).data).toEqual([]);
  });

  it('never gives a uin or an appid twice', async () => {
    const made = [await fixture.account(), await fixture.account(), await fixture.user(), await fixture.account()];
    const uins = [fixture.root.uin, ...made.map(({ uin }) => uin)];
    expect(new Set(uins).size).toBe(uins.length);
    const appIds = ['1250000000', ...made.flatMap((one) => ('appId' in one ? [one.appId] : []))];
    expect(new Set(appIds).size).toBe(appIds.length);
  });

  it('is for the first account alone: policies decide there, and elsewhere not even root may', async () => {
    const [plain, admin, other] = [
      await fixture.user(),
      await fixture.user([allow('cam:CreateAccount')]),
      await fixture.account(),
    ];
    await fixture.accounts(admin.token).createAccount({ name: 'by-admin' });
    expect(await refusalOf(fixture.accounts(plain.token).createAccount({ name: 'x' }))).toMatchObject({
      kind: 'denied',
      reason: 'UnauthorizedOperation.CamAuthFailed',
    });
    for (const token of [other.token, (await other.user([allow('*')])).token]) {
      expect(await refusalOf(fixture.accounts(token).createAccount({ name: 'x' }))).toMatchObject({
        kind: 'denied',
        reason: 'UnauthorizedOperation',
        details: { action: 'cam:CreateAccount' },
      });
    }
  });

  it.each(['', 'x'.repeat(65), 'a b'])('refuses the name %j', async (name) => {
    expect(await refusalOf(fixture.accounts().createAccount({ name }))).toMatchObject({ details: { field: 'Name' } });
  });
});
