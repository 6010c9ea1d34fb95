import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enableAuthenticator } from '../../tests/authenticator.ts';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeleteMfaDevice', () => {
  it('ends the asking for codes', async () => {
    const iam = fixture.iam();
    await iam.addUser({ name: 'ann', consoleLogin: true, password: 'Aa1!aaaa' });
    const { user } = await iam.getUser({ name: 'ann' });
    await iam.attachUserPolicy({ policyId: await fixture.policy([allow('cam:*MfaDevice')]), attachUin: user!.uin });
    const login = () => fixture.tokens().login({ userName: 'ann', password: 'Aa1!aaaa' });
    await enableAuthenticator(fixture, (await login()).token);
    await refusalOf(login());
    await iam.deleteMfaDevice({ targetUin: user!.uin });
    await login();
    expect(await refusalOf(iam.deleteMfaDevice({ targetUin: user!.uin }))).toMatchObject({ kind: 'not_found' });
  });

  it('is decided by policies, and takes root’s away for nobody but root', async () => {
    const [plain, admin] = [await fixture.user(), await fixture.user([allow('*')])];
    expect(await refusalOf(fixture.iam(plain.token).deleteMfaDevice({}))).toMatchObject({ kind: 'denied' });
    await enableAuthenticator(fixture, fixture.root.token);
    expect(await refusalOf(fixture.iam(admin.token).deleteMfaDevice({ targetUin: ROOT_UIN }))).toMatchObject({
      reason: 'OperationDenied.SubUin',
    });
    await fixture.iam().deleteMfaDevice({});
  });
});
