import { sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { newAccountKey, newUserKey, seedOf } from './claims.ts';
import { privateKeyOf, userKeyOf, verifyByUser } from './identity.ts';

it('verifies what the library signed and what node:crypto signed, and nothing else', () => {
  const key = newUserKey();
  const text = 'renew\nins-abcdefgh\n1';
  const native = sign(null, Buffer.from(text), privateKeyOf(seedOf(key)));
  expect(Buffer.from(key.sign(Buffer.from(text)))).toEqual(native);
  expect(verifyByUser(key.getPublicKey(), text, native)).toBe(true);
  expect(verifyByUser(key.getPublicKey(), `${text}0`, native)).toBe(false);
  expect(verifyByUser(newUserKey().getPublicKey(), text, native)).toBe(false);
  expect(verifyByUser(key.getPublicKey(), text, native.subarray(1))).toBe(false);
  expect(verifyByUser(key.getPublicKey(), text, new Uint8Array())).toBe(false);
});

it('takes the key of a user only, and notices a slip of the pen', () => {
  const key = newUserKey().getPublicKey();
  expect(userKeyOf(key)?.asymmetricKeyType).toBe('ed25519');
  const slip = key.slice(0, 20) + (key[20] === 'A' ? 'B' : 'A') + key.slice(21);
  for (const text of [newAccountKey().getPublicKey(), seedOf(newUserKey()), slip, key.toLowerCase(), `${key}A`, '']) {
    expect(userKeyOf(text)).toBeUndefined();
  }
});
