import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListAccessKeys', () => {
  it('shows a user’s keys, oldest first, without their secrets', async () => {
    const user = await fixture.user();
    fixture.clock.ms += 1_000;
    const second = await fixture.iam().createAccessKey({ targetUin: user.uin });
    const { accessKeys } = await fixture.iam().listAccessKeys({ targetUin: user.uin });
    expect(accessKeys.map(({ accessKeyId }) => accessKeyId)).toEqual([user.secretId, second.accessKey!.accessKeyId]);
    expect(accessKeys[0]).toMatchObject({ status: AccessKeyStatus.ACTIVE });
    expect(accessKeys[0]!.lastUsedTime).toBeDefined();
    expect(accessKeys[1]!.lastUsedTime).toBeUndefined();
  });

  it('shows the caller its own when a policy lets it, and root’s to root alone', async () => {
    const user = await fixture.user([allow('cam:ListAccessKeys')]);
    const { accessKeys } = await fixture.iam(user.token).listAccessKeys({});
    expect(accessKeys.map(({ accessKeyId }) => accessKeyId)).toEqual([user.secretId]);
    expect(await refusalOf(fixture.iam(user.token).listAccessKeys({ targetUin: ROOT_UIN }))).toMatchObject({
      reason: 'OperationDenied.SubUin',
    });
    expect(await refusalOf(fixture.iam((await fixture.user()).token).listAccessKeys({}))).toMatchObject({
      kind: 'denied',
    });
  });
});
