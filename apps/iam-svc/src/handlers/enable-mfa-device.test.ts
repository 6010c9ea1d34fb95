import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeAt, enableAuthenticator } from '../../tests/authenticator.ts';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const WRONG_CODE = { kind: 'denied', reason: 'FailedOperation.CheckMFAError' };
const user = () => fixture.user([allow(['cam:CreateMfaDevice', 'cam:EnableMfaDevice'])]);

describe('EnableMfaDevice', () => {
  it('needs a right code of now, or of the step before or after', async () => {
    const { name, token } = await user();
    const iam = fixture.iam(token);
    const { secret } = await iam.createMfaDevice({});
    const { ms } = fixture.clock;
    const right = codeAt(secret, ms);
    const wrong = [
      right.replace(/^./, (digit) => String((Number(digit) + 1) % 10)),
      '',
      '12345',
      `${right}0`,
      ' 12345',
    ];
    for (const code of [...wrong, codeAt(secret, ms - 60_000), codeAt(secret, ms + 60_000)]) {
      expect(await refusalOf(iam.enableMfaDevice({ code }))).toMatchObject(WRONG_CODE);
    }
    await iam.enableMfaDevice({ code: codeAt(secret, ms + 30_000) });
    expect((await fixture.iam().getUser({ name })).user?.mfaEnabled).toBe(true);
    expect(await refusalOf(iam.enableMfaDevice({ code: right }))).toMatchObject({
      reason: 'FailedOperation.MFADeviceInUse',
    });
  });

  it('is refused without an authenticator that was made before', async () => {
    const { token } = await user();
    expect(await refusalOf(fixture.iam(token).enableMfaDevice({ code: '123456' }))).toMatchObject(WRONG_CODE);
  });

  it('of root is for root itself', async () => {
    const admin = await fixture.user([allow('*')]);
    const iam = fixture.iam(admin.token);
    expect(await refusalOf(iam.enableMfaDevice({ targetUin: ROOT_UIN, code: '123456' }))).toMatchObject({
      reason: 'OperationDenied.SubUin',
    });
    await enableAuthenticator(fixture, fixture.root.token);
  });
});
