import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FORWARDED_FOR, FORWARDER_TOKEN, forwardedAddress } from './guard.ts';
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

describe('an address that was forwarded', () => {
  const headers =
    (sent: Record<string, string>) =>
    (name: string): string | undefined =>
      sent[name];

  it('is believed of the gateway alone, and only with its token', async () => {
    const known = new Map([
      ['gateway', publicKey],
      ['command-svc', publicKey],
    ]);
    const tokenOf = (name: string, key = privateKey) => serviceIdentity(name, key).token();
    const said = async (token: string, address = '203.0.113.9') =>
      forwardedAddress(headers({ [FORWARDED_FOR]: address, [FORWARDER_TOKEN]: token }), known);
    expect(await said(await tokenOf('gateway'))).toBe('203.0.113.9');
    expect(await said(await tokenOf('gateway'), '')).toBeUndefined();
    expect(await said(await tokenOf('command-svc'))).toBeUndefined();
    expect(await said(await tokenOf('gateway', generateKeyPairSync('ed25519').privateKey))).toBeUndefined();
    expect(await forwardedAddress(headers({ [FORWARDED_FOR]: '203.0.113.9' }), known)).toBeUndefined();
  });
});

function endless(key: KeyObject): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: 'service:command-svc' })
    .setAudience('muster-services')
    .setSubject('command-svc')
    .sign(key);
}
