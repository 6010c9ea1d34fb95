import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enableAuthenticator } from '../../tests/authenticator.ts';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const OWN_MFA = allow(['cam:CreateMfaDevice', 'cam:EnableMfaDevice']);

describe('CreateMfaDevice', () => {
  it('hands out a secret for an authenticator, asks nothing of logins yet, and stores the secret sealed', async () => {
    const user = await fixture.user([OWN_MFA]);
    const { secret, uri } = await fixture.iam(user.token).createMfaDevice({});
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(decodeURIComponent(uri)).toContain(`otpauth://totp/Muster:${user.name}@${ROOT_UIN}?issuer=Muster`);
    expect(uri).toContain(`secret=${secret}`);
    expect((await fixture.iam().getUser({ name: user.name })).user?.mfaEnabled).toBe(false);
    for (const file of ['iam.db', 'iam.db-wal']) {
      expect(readFileSync(join(fixture.config.dataDir, file)).includes(secret)).toBe(false);
    }
  });

  it('replaces a secret that was never enabled, and not one that was', async () => {
    const user = await fixture.user([OWN_MFA]);
    const iam = fixture.iam(user.token);
    expect((await iam.createMfaDevice({})).secret).not.toBe((await iam.createMfaDevice({})).secret);
    await enableAuthenticator(fixture, user.token);
    expect(await refusalOf(iam.createMfaDevice({}))).toMatchObject({
      kind: 'conflict',
      reason: 'FailedOperation.MFADeviceInUse',
    });
  });

  it('makes nobody else’s, whatever policies say, and nobody’s to whom no policy allows it', async () => {
    const [admin, plain] = [await fixture.user([allow('*')]), await fixture.user()];
    for (const targetUin of [plain.uin, ROOT_UIN, '999']) {
      expect(await refusalOf(fixture.iam(admin.token).createMfaDevice({ targetUin }))).toMatchObject({
        kind: 'denied',
        reason: 'OperationDenied.UinNotMatch',
      });
    }
    expect(await refusalOf(fixture.iam(plain.token).createMfaDevice({}))).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
    });
  });
});
