import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture, type TestUser } from '../../tests/fixture.ts';
import { assume, makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** A user with an authenticator, which shows a new code each time because the clock moves on. */
async function withAuthenticator(...statements: object[]) {
  const user = await fixture.user([allow(['cam:CreateMfaDevice', 'cam:EnableMfaDevice']), ...statements]);
  const { secret } = await fixture.iam(user.token).createMfaDevice({});
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const nextCode = () => {
    fixture.clock.ms += 30_000;
    return totp.generate({ timestamp: fixture.clock.ms });
  };
  await fixture.iam(user.token).enableMfaDevice({ code: nextCode() });
  return { user, nextCode };
}

const prove = ({ token }: Pick<TestUser, 'token'>, tokenCode: string, durationSeconds = 0) =>
  fixture.tokens(token).getSessionToken({ tokenCode, durationSeconds });

describe('GetSessionToken', () => {
  it('makes a token like that of the caller, for which mfa is 1', async () => {
    const { user, nextCode } = await withAuthenticator(allow('cam:GetUser', '*', { string_equal: { mfa: '1' } }));
    const { name } = user;
    expect(await refusalOf(fixture.iam(user.token).getUser({ name }))).toMatchObject({ kind: 'denied' });
    const { credentials, expiredTime } = await prove(user, nextCode());
    await fixture.iam(credentials!.token).getUser({ name });
    expect(Number(expiredTime!.seconds) - fixture.clock.ms / 1_000).toBe(7_200);
    expect(await fixture.tokens(credentials!.token).getCallerIdentity({})).toEqual(
      await fixture.tokens(user.token).getCallerIdentity({}),
    );
  });

  it('takes the number of an authenticator that the caller could have', async () => {
    const { user, nextCode } = await withAuthenticator();
    const withNumber = (serialNumber: string) =>
      fixture.tokens(user.token).getSessionToken({ tokenCode: nextCode(), serialNumber });
    await withNumber(`qcs::cam:uin/${ROOT_UIN}::mfa/softToken`);
    for (const [serialNumber, reason] of [
      [`qcs::cam:uin/${ROOT_UIN}::mfa/hardToken`, 'FailedOperation.MFATypeNotSupported'],
      ['qcs::cam:uin/1::mfa/softToken', 'InvalidParameter.ParamError'],
      ['softToken', 'InvalidParameter.ParamError'],
    ] as const) {
      expect((await refusalOf(withNumber(serialNumber))).reason).toBe(reason);
    }
  });

  it('takes a code once, and only the right one', async () => {
    const { user, nextCode } = await withAuthenticator();
    const code = nextCode();
    await prove(user, code);
    for (const bad of [code, '000000', '']) {
      expect((await refusalOf(prove(user, bad))).reason).toBe('FailedOperation.CheckMFAError');
    }
    expect((await refusalOf(prove(await fixture.user(), code))).reason).toBe('FailedOperation.CheckMFAError');
  });

  it('lasts 36 hours at most', async () => {
    const { user, nextCode } = await withAuthenticator();
    await prove(user, nextCode(), 129_600);
    expect((await refusalOf(prove(user, nextCode(), 129_601))).reason).toBe('InvalidParameter.OverTimeError');
  });

  it('is not for temporary credentials', async () => {
    const { user, nextCode } = await withAuthenticator(allow('sts:AssumeRole'));
    const token = await assume(fixture, user.token, await makeRole(fixture));
    expect((await refusalOf(prove({ token }, nextCode()))).reason).toBe('FailedOperation.TempKeyNotAllowed');
  });
});
