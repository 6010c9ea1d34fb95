import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Vault } from '@muster/vault';

/** A session's Ed25519 key: everything that is said to its shell is signed with it. */
export interface FrameKey {
  readonly privateKey: KeyObject;
  /** Raw, 32 bytes, for the order. */
  readonly publicKey: Uint8Array;
}

/** A new one. */
export function newFrameKey(): FrameKey {
  return frameKeyOf(generateKeyPairSync('ed25519').privateKey);
}

/** As it is stored. */
export function sealFrameKey({ privateKey }: FrameKey, sessionId: string, vault: Vault): Uint8Array {
  return vault.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), nameOf(sessionId));
}

/** Throws when it was sealed for another session, or by another vault. */
export function openFrameKey(sealed: Uint8Array, sessionId: string, vault: Vault): FrameKey {
  return frameKeyOf(createPrivateKey({ key: vault.open(sealed, nameOf(sessionId)), format: 'der', type: 'pkcs8' }));
}

function frameKeyOf(privateKey: KeyObject): FrameKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicKey: Buffer.from(x!, 'base64url') };
}

function nameOf(sessionId: string): string {
  return `session-frames/${sessionId}`;
}
