import { expect, test } from 'vitest';
import { signExchange } from './exchange-signature.ts';

// computed with OpenSSL, step by step after the comment of ExchangeAccessKeyRequest
test('the signature is the one that the contract describes', () => {
  const key = { secretId: 'AKIDexample', secretKey: 'secret' };
  expect(signExchange(key, 1_551_113_065_999, '0123456789abcdef')).toEqual({
    secretId: 'AKIDexample',
    timestamp: 1_551_113_065n,
    nonce: '0123456789abcdef',
    signature: '037271de09375966d7946e954b824713e6b7043e543346918836d15f1f9793a1',
  });
});

test('every request has a nonce of its own', () => {
  const key = { secretId: 'a', secretKey: 'b' };
  expect(signExchange(key, 0).nonce).not.toBe(signExchange(key, 0).nonce);
  expect(signExchange(key, 0).nonce.length).toBeGreaterThanOrEqual(16);
});
