import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** A token for somebody whom the owner of `token` vouches for without any narrowing. */
async function federated(token: string): Promise<string> {
  const policy = JSON.stringify({ version: '2.0', statement: [allow('*')] });
  return (await fixture.tokens(token).getFederationToken({ name: 'visitor', policy })).credentials!.token;
}

describe('a temporary credential', () => {
  it('cannot get its own user, not even root, anything that lasts', async () => {
    const admin = await fixture.user([allow('*')]);
    for (const { name, secretId, token } of [admin, { ...fixture.root, name: 'root' }]) {
      const iam = fixture.iam(await federated(token));
      for (const call of [
        () => iam.createAccessKey({}),
        () => iam.updateAccessKey({ accessKeyId: secretId, status: AccessKeyStatus.INACTIVE }),
        () => iam.updateUser({ name, consoleLogin: true, password: 'Aa1!aaaa' }),
        () => iam.createMfaDevice({}),
        () => iam.enableMfaDevice({ code: '123456' }),
        () => iam.deleteMfaDevice({}),
      ]) {
        expect(await refusalOf(call())).toMatchObject({ kind: 'denied', reason: 'FailedOperation.TempKeyNotAllowed' });
      }
    }
  });

  it('may manage others as its policy says', async () => {
    const admin = await fixture.user([allow('*')]);
    const other = await fixture.user();
    const iam = fixture.iam(await federated(admin.token));
    await iam.createAccessKey({ targetUin: other.uin });
    await iam.updateUser({ name: other.name, remark: 'seen' });
    expect((await iam.listAccessKeys({ targetUin: other.uin })).accessKeys).toHaveLength(2);
  });
});
