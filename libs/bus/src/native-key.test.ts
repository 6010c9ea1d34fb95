import { createAccount, createOperator, createUser, fromPublic, fromSeed, Prefix } from '@nats-io/nkeys';
import { expect, it } from 'vitest';
import { nativeKeyOf, newNativeKey } from './native-key.ts';

const text = new TextEncoder().encode('who are you?');

it.each([
  ['user', createUser, 'U'],
  ['account', createAccount, 'A'],
  ['operator', createOperator, 'O'],
])('is the same %s as the library makes of its seed, and signs the same', (_, create, letter) => {
  for (let round = 0; round < 5; round++) {
    const pair = create();
    const native = nativeKeyOf(new TextDecoder().decode(pair.getSeed()));
    expect(native.getPublicKey()).toBe(pair.getPublicKey());
    expect(native.getPublicKey()[0]).toBe(letter);
    expect(native.getPrivateKey()).toEqual(pair.getPrivateKey());
    expect(Buffer.from(native.sign(text))).toEqual(Buffer.from(pair.sign(text)));
    expect(native.verify(text, pair.sign(text))).toBe(true);
    expect(native.verify(new Uint8Array(3), pair.sign(text))).toBe(false);
    expect(fromPublic(native.getPublicKey()).verify(text, native.sign(text))).toBe(true);
  }
});

it('makes new keys whose seed is good elsewhere, and refuses what is no seed', () => {
  const key = newNativeKey(Prefix.User);
  expect(fromSeed(key.getSeed()).getPublicKey()).toBe(key.getPublicKey());
  expect(() => nativeKeyOf('SUNO')).toThrow();
  expect(() => nativeKeyOf(key.getPublicKey())).toThrow();
});
