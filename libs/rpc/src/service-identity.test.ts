import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serviceIdentity, verifyServiceToken } from './service-identity.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const keys = new Map([['command-svc', publicKey]]);

afterEach(() => {
  vi.useRealTimers();
});

describe('a service’s token', () => {
  it('proves its name for a minute, however often it was looked at before', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const token = await serviceIdentity('command-svc', privateKey).token();
    for (let i = 0; i < 3; i++) expect(await verifyServiceToken(token, keys)).toBe('command-svc');
    vi.setSystemTime(1_059_999);
    expect(await verifyServiceToken(token, keys)).toBe('command-svc');
    vi.setSystemTime(1_060_000);
    expect(await verifyServiceToken(token, keys)).toBeUndefined();
    expect(await verifyServiceToken(token, new Map(keys))).toBeUndefined();
  });

  it('proves nothing to who knows another key, or when it never ends', async () => {
    const token = await serviceIdentity('command-svc', privateKey).token();
    expect(await verifyServiceToken(token, keys)).toBe('command-svc');
    expect(await verifyServiceToken(token, new Map())).toBeUndefined();
    const other = new Map([['command-svc', generateKeyPairSync('ed25519').publicKey]]);
    expect(await verifyServiceToken(token, other)).toBeUndefined();
    expect(await verifyServiceToken(await endless(privateKey), keys)).toBeUndefined();
    for (const forged of ['', 'x', `${token}x`, token.slice(0, -2)]) {
      for (let i = 0; i < 2; i++) expect(await verifyServiceToken(forged, keys)).toBeUndefined();
    }
  });
});

function endless(key: KeyObject): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: 'service:command-svc' })
    .setAudience('muster-services')
    .setSubject('command-svc')
    .sign(key);
}
