import { type KeyObject, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Lru } from '@muster/kernel';
import { parseCreds } from '@nats-io/jwt';
import { fromPublic } from '@nats-io/nkeys';
import type { Authenticator } from 'nats';
import { fromBase32, nativeKeyOf, publicKeyObject } from './native-key.ts';

/** Who connects: a user JWT and the key that it names. */
export interface BusIdentity {
  readonly jwt: string;
  /** The key's seed, `SU…`. */
  readonly seed: string;
}

/** Reads a `.creds` file. */
export async function loadBusIdentity(file: string): Promise<BusIdentity> {
  const { key, jwt } = await parseCreds(await readFile(file));
  return { seed: key, jwt };
}

/** Keys of those who connect from this process: one, but for those who stand in for a fleet. */
const known = new Lru<string, ReturnType<typeof nativeKeyOf>>(10_000);

function keyOfSeed(seed: string): ReturnType<typeof nativeKeyOf> {
  let key = known.get(seed);
  if (!key) {
    key = nativeKeyOf(seed);
    known.set(seed, key);
  }
  return key;
}

/** The native form of an nkey seed. */
export function privateKeyOf(seed: string): KeyObject {
  return keyOfSeed(seed).privateKey;
}

/** Signs the server's challenge. */
export function nativeAuthenticator(identity: () => BusIdentity): Authenticator {
  return (nonce?: string) => {
    const { jwt, seed } = identity();
    const key = keyOfSeed(seed);
    const sig = Buffer.from(key.sign(Buffer.from(nonce ?? ''))).toString('base64url');
    return { nkey: key.getPublicKey(), jwt, sig };
  };
}

/** The native form of a user's public nkey (`U…`); undefined when the text is not one. */
export function userKeyOf(publicKey: string): KeyObject | undefined {
  if (!/^U[A-Z2-7]{55}$/.test(publicKey)) return undefined;
  try {
    // checks the sum at its end
    fromPublic(publicKey);
  } catch {
    return undefined;
  }
  // one byte says what kind of key it is, two at the end are the sum
  return publicKeyObject(fromBase32(publicKey).subarray(1, 33));
}

/** Whether the owner of a user's nkey signed this text. */
export function verifyByUser(publicKey: string, text: string, signature: Uint8Array): boolean {
  const key = userKeyOf(publicKey);
  return key !== undefined && verify(null, Buffer.from(text), key, signature);
}
