import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseCreds } from '@nats-io/jwt';
import { fromPublic } from '@nats-io/nkeys';
import type { Authenticator } from 'nats';
import { keyOf } from './claims.ts';

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

// an Ed25519 private key in PKCS#8 is this prefix and the 32 raw bytes
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const parsed = new Map<string, KeyObject>();

/** The native form of an nkey seed: node:crypto signs a hundred times faster than the library's own arithmetic. */
export function privateKeyOf(seed: string): KeyObject {
  let key = parsed.get(seed);
  if (!key) {
    const raw = Buffer.from((keyOf(seed) as unknown as { getRawSeed(): Uint8Array }).getRawSeed());
    key = createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' });
    parsed.set(seed, key);
  }
  return key;
}

/** Signs the server's challenge. */
export function nativeAuthenticator(identity: () => BusIdentity): Authenticator {
  return (nonce?: string) => {
    const { jwt, seed } = identity();
    const sig = sign(null, Buffer.from(nonce ?? ''), privateKeyOf(seed)).toString('base64url');
    return { nkey: keyOf(seed).getPublicKey(), jwt, sig };
  };
}

// an Ed25519 public key in SPKI is this prefix and the 32 raw bytes
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

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
  const raw = base32(publicKey).subarray(1, 33);
  return createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
}

/** Whether the owner of a user's nkey signed this text. */
export function verifyByUser(publicKey: string, text: string, signature: Uint8Array): boolean {
  const key = userKeyOf(publicKey);
  return key !== undefined && verify(null, Buffer.from(text), key, signature);
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(text: string): Buffer {
  const bits = [...text].map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
}
