import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const { ACTIVE, INACTIVE, UNSPECIFIED } = AccessKeyStatus;

describe('UpdateAccessKey', () => {
  it('switches a key off and on', async () => {
    const { secretId: accessKeyId, uin: targetUin } = await fixture.user();
    const status = async () => (await fixture.iam().listAccessKeys({ targetUin })).accessKeys[0]!.status;
    await fixture.iam().updateAccessKey({ accessKeyId, targetUin, status: INACTIVE });
    expect(await status()).toBe(INACTIVE);
    await fixture.iam().updateAccessKey({ accessKeyId, targetUin, status: ACTIVE });
    expect(await status()).toBe(ACTIVE);
  });

  it('ends the tokens made with this key and those of no other', async () => {
    const user = await fixture.user();
    const second = await fixture.iam().createAccessKey({ targetUin: user.uin });
    const key = { secretId: second.accessKey!.accessKeyId, secretKey: second.secretAccessKey };
    const other = await fixture.exchange(key);
    await fixture.iam().updateAccessKey({ accessKeyId: user.secretId, targetUin: user.uin, status: INACTIVE });
    expect(await refusalOf(fixture.tokens(user.token).getCallerIdentity({}))).toMatchObject({
      kind: 'unauthenticated',
    });
    await fixture.tokens(other).getCallerIdentity({});
  });

  it('refuses no status, a key of somebody else, and root’s keys to anybody but root', async () => {
    const [user, other] = [await fixture.user([allow('*')]), await fixture.user()];
    const { secretId: accessKeyId, uin: targetUin } = user;
    const reasonOf = async (token: string | undefined, request: object) =>
      (await refusalOf(fixture.iam(token).updateAccessKey({ status: INACTIVE, accessKeyId, targetUin, ...request })))
        .reason;
    expect(await reasonOf(undefined, { status: UNSPECIFIED })).toBe('InvalidParameter.ParamError');
    expect(await reasonOf(undefined, { status: 7 as AccessKeyStatus })).toBe('InvalidParameter.ParamError');
    expect(await reasonOf(undefined, { targetUin: other.uin })).toBe('ResourceNotFound.SecretNotExist');
    expect(await reasonOf(user.token, { targetUin: ROOT_UIN, accessKeyId: fixture.root.secretId })).toBe(
      'OperationDenied.SubUin',
    );
  });
});
