import { AccessKeyStatus } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeleteAccessKey', () => {
  it('deletes a key that is switched off, and makes room for another', async () => {
    const { secretId: accessKeyId, uin: targetUin } = await fixture.user();
    const iam = fixture.iam();
    await iam.createAccessKey({ targetUin });
    expect(await refusalOf(iam.deleteAccessKey({ accessKeyId, targetUin }))).toMatchObject({
      kind: 'conflict',
      reason: 'FailedOperation.Accesskey',
      message: expect.stringContaining('switch it off'),
    });
    await iam.updateAccessKey({ accessKeyId, targetUin, status: AccessKeyStatus.INACTIVE });
    await iam.deleteAccessKey({ accessKeyId, targetUin });
    await iam.createAccessKey({ targetUin });
    expect(await refusalOf(iam.deleteAccessKey({ accessKeyId, targetUin }))).toMatchObject({
      kind: 'not_found',
      reason: 'ResourceNotFound.SecretNotExist',
    });
  });
});
