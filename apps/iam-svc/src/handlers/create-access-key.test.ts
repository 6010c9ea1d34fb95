import { timestampMs } from '@bufbuild/protobuf/wkt';
import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('CreateAccessKey', () => {
  it('makes a key that works, shows its secret once and stores it sealed', async () => {
    const user = await fixture.user();
    const { accessKey, secretAccessKey } = await fixture
      .iam()
      .createAccessKey({ targetUin: user.uin, description: 'for the pipeline' });
    expect(accessKey).toMatchObject({ status: AccessKeyStatus.ACTIVE, description: 'for the pipeline' });
    expect(timestampMs(accessKey!.createTime!)).toBe(fixture.clock.ms);
    const key = { secretId: accessKey!.accessKeyId, secretKey: secretAccessKey };
    expect(await fixture.tokens(await fixture.exchange(key)).getCallerIdentity({})).toMatchObject({ userId: user.uin });

    const rows = await fixture.inStore((db) => db.selectFrom('access_key').select('secret').execute());
    expect(rows.length).toBeGreaterThan(1);
    for (const { secret } of rows) expect(Buffer.from(secret).includes(secretAccessKey)).toBe(false);
  });

  it('makes two keys of a user and no third', async () => {
    const { uin: targetUin } = await fixture.user();
    await fixture.iam().createAccessKey({ targetUin });
    expect(await refusalOf(fixture.iam().createAccessKey({ targetUin }))).toMatchObject({
      kind: 'exhausted',
      reason: 'OperationDenied.AccessKeyOverLimit',
      message: 'a user may have 2 access keys, and there are 2',
    });
  });

  it('is for the caller itself when it names nobody, if a policy says so', async () => {
    const user = await fixture.user([allow('cam:CreateAccessKey', `qcs::cam:::uin/\${uin}`)]);
    await fixture.iam(user.token).createAccessKey({});
    expect((await fixture.iam().listAccessKeys({ targetUin: user.uin })).accessKeys).toHaveLength(2);
    const other = await fixture.user();
    expect(await refusalOf(fixture.iam(user.token).createAccessKey({ targetUin: other.uin }))).toMatchObject({
      kind: 'denied',
    });
    expect(await refusalOf(fixture.iam(other.token).createAccessKey({}))).toMatchObject({ kind: 'denied' });
  });

  it('never makes a key of root for anybody but root', async () => {
    const admin = await fixture.user([allow('*')]);
    const asAdmin = fixture.iam(admin.token).createAccessKey({ targetUin: ROOT_UIN });
    expect(await refusalOf(asAdmin)).toMatchObject({ kind: 'denied', reason: 'OperationDenied.SubUin' });
    await fixture.iam().createAccessKey({});
  });

  it.each([
    ['ResourceNotFound.UserNotExist', { targetUin: '999' }],
    ['ResourceNotFound.UserNotExist', { targetUin: '18446744073709551615' }],
    ['InvalidParameter.ParamError', { description: 'x'.repeat(1_025) }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.iam().createAccessKey(request))).reason).toBe(reason);
  });
});
