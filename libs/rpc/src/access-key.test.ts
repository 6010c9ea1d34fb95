import { expect, it } from 'vitest';
import { exchangeSignature, signExchange } from './index.ts';

const key = { secretId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE', secretKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE' };

it('signs with a key that depends on the UTC date, and with everything that is sent', () => {
  const signed = signExchange(key, 1_551_113_065_999, 'nonce-of-16-chars');
  expect(signed).toMatchObject({ timestamp: 1_551_113_065n, nonce: 'nonce-of-16-chars' });
  const parts = { secretId: key.secretId, seconds: 1_551_113_065, nonce: 'nonce-of-16-chars' };
  // computed by another implementation from the description in token_service.proto
  expect(signed.signature).toBe('9357678643868f3bd8ad98a386d170946a1b906de5dc4c0731d000755ceec5fb');
  for (const other of [
    { ...parts, seconds: parts.seconds + 86_400 },
    { ...parts, nonce: 'another-nonce-16' },
    { ...parts, secretId: 'AKIDother' },
  ]) {
    expect(exchangeSignature(key.secretKey, other)).not.toBe(signed.signature);
  }
});
