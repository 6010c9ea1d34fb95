import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { type SignedKeySet, SignedKeySetSchema, SigningKeySetSchema } from '@muster/contract';

/** A key that signs orders. */
export interface OrderKey {
  readonly keyId: string;
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
}

export function newOrderKey(keyId: string): OrderKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { keyId, publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'), privateKey };
}

/** A set of keys as the service would announce it, vouched for by whoever signs. */
export function keySet(
  { madeMs, keys }: { madeMs: number; keys: readonly OrderKey[] },
  signers: readonly OrderKey[],
  prefix = 'muster signing keys\n',
): SignedKeySet {
  const names = keys.map(({ keyId, publicKey }) => ({ keyId, publicKey }));
  const bytes = toBinary(SigningKeySetSchema, create(SigningKeySetSchema, { madeMs: BigInt(madeMs), keys: names }));
  const signed = Buffer.concat([Buffer.from(prefix), bytes]);
  const signatures = signers.map(({ keyId, privateKey }) => ({ keyId, signature: sign(null, signed, privateKey) }));
  return create(SignedKeySetSchema, { keys: bytes, signatures });
}
