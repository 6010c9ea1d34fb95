import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetSecurityLastUsed', () => {
  it('says when a user last logged in and used each key; nothing before that', async () => {
    const iam = fixture.iam();
    const made = await iam.addUser({ name: 'ann', consoleLogin: true, password: 'Aa1!aaaa', useApi: true });
    const before = await iam.getSecurityLastUsed({ targetUin: made.uin });
    expect(before.lastLoginTime).toBeUndefined();
    expect(before.accessKeys.map(({ accessKeyId }) => accessKeyId)).toEqual([made.secretId]);
    expect(before.accessKeys[0]!.lastUsedTime).toBeUndefined();
    await fixture.tokens().login({ userName: 'ann', password: 'Aa1!aaaa' });
    fixture.clock.ms += 1_000;
    await fixture.exchange(made);
    const after = await iam.getSecurityLastUsed({ targetUin: made.uin });
    expect(timestampMs(after.lastLoginTime!)).toBe(fixture.clock.ms - 1_000);
    expect(timestampMs(after.accessKeys[0]!.lastUsedTime!)).toBe(fixture.clock.ms);
  });

  it('shows the keys that are named, whoever of the account has them, in their order', async () => {
    const [one, two] = [await fixture.user(), await fixture.user()];
    const named = (token: string, ...secretIdList: string[]) =>
      fixture.iam(token).getSecurityLastUsed({ secretIdList });
    const { accessKeys } = await named(fixture.root.token, two.secretId, one.secretId);
    expect(accessKeys.map(({ accessKeyId }) => accessKeyId)).toEqual([two.secretId, one.secretId]);
    const foreign = await (await fixture.account()).user();
    for (const secretId of ['AKIDnobodys', foreign.secretId]) {
      expect((await refusalOf(named(fixture.root.token, one.secretId, secretId))).reason).toBe(
        'ResourceNotFound.SecretNotExist',
      );
    }
    const { token } = await fixture.user([allow('cam:GetSecurityLastUsed', `qcs::cam:::uin/${one.uin}`)]);
    expect((await named(token, one.secretId)).accessKeys).toHaveLength(1);
    for (const secretId of [two.secretId, 'AKIDnobodys']) {
      expect(await refusalOf(named(token, one.secretId, secretId))).toMatchObject({ kind: 'denied' });
    }
    const admin = await fixture.user([allow('*')]);
    expect((await refusalOf(named(admin.token, fixture.root.secretId))).reason).toBe('OperationDenied.SubUin');
  });

  it.each([
    ['InvalidParameterValue.LimitExceeded', { secretIdList: Array.from({ length: 11 }, (_, i) => `AKID${i}`) }],
    ['InvalidParameter.ParamError', { secretIdList: ['AKIDa'], targetUin: '1' }],
  ])('refuses with %s what names too much', async (reason, request) => {
    expect((await refusalOf(fixture.iam().getSecurityLastUsed(request))).reason).toBe(reason);
  });

  it('is decided by policies, for the caller itself too, and keeps root to itself', async () => {
    const other = await fixture.user();
    const own = await fixture.user([allow('cam:*', `qcs::cam:::uin/${Number(other.uin) + 1}`)]);
    const iam = fixture.iam(own.token);
    expect((await iam.getSecurityLastUsed({})).accessKeys).toMatchObject([{ accessKeyId: own.secretId }]);
    expect(await refusalOf(iam.getSecurityLastUsed({ targetUin: other.uin }))).toMatchObject({ kind: 'denied' });
    expect(await refusalOf(fixture.iam(other.token).getSecurityLastUsed({}))).toMatchObject({ kind: 'denied' });
    const admin = await fixture.user([allow('*')]);
    expect(await refusalOf(fixture.iam(admin.token).getSecurityLastUsed({ targetUin: ROOT_UIN }))).toMatchObject({
      reason: 'OperationDenied.SubUin',
    });
  });
});
