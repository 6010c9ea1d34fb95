import { fromBinary } from '@bufbuild/protobuf';
import { type SignedKeySet, type SigningKey, type SigningKeySet, SigningKeySetSchema } from '@muster/contract';
import { isSignedBy } from './admit.ts';

/** Whose tasks to accept. */
export interface PinnedKeys {
  /** Raw Ed25519 public keys in base64, by key id. */
  readonly signingKeys: Readonly<Record<string, string>>;
  /** When the service made the set that they are, milliseconds since 1970; 0 when they are not known to be one. */
  readonly keysMadeMs: number;
}

/** What is signed of a key set is this and then its bytes. */
const KEY_SET_PREFIX = Buffer.from('muster signing keys\n');

/** The keys that a machine is told when it registers: the only ones that nobody has to vouch for. */
export function firstKeys(keys: readonly SigningKey[], sets: readonly SignedKeySet[]): PinnedKeys {
  const newest = sets.at(-1);
  return { signingKeys: byId(keys), keysMadeMs: newest ? Number(keySet(newest).madeMs) : 0 };
}

/**
 * Walks from the keys of now to newer ones, a set at a time, each vouched for by a key of the one before. `proven` is false when there are
 * newer sets and no way leads to the last of them. A set that is not newer than what is pinned teaches nothing: keys that were given up
 * stay given up.
 */
export function learnKeys(
  pinned: PinnedKeys,
  sets: readonly SignedKeySet[],
): { readonly pinned: PinnedKeys; readonly proven: boolean } {
  let known = pinned;
  let proven = true;
  for (const signed of sets) {
    const set = keySet(signed);
    const madeMs = Number(set.madeMs);
    if (madeMs <= known.keysMadeMs) continue;
    proven = set.keys.length > 0 && isVouchedFor(signed, known);
    if (proven) known = { signingKeys: byId(set.keys), keysMadeMs: madeMs };
  }
  return { pinned: known, proven };
}

function isVouchedFor({ keys, signatures }: SignedKeySet, { signingKeys }: PinnedKeys): boolean {
  const signed = Buffer.concat([KEY_SET_PREFIX, keys]);
  return signatures.some(
    ({ keyId, signature }) => Object.hasOwn(signingKeys, keyId) && isSignedBy(signingKeys[keyId]!, signed, signature),
  );
}

/** A set that does not parse vouches for nothing and names no key. */
function keySet({ keys }: SignedKeySet): Pick<SigningKeySet, 'madeMs' | 'keys'> {
  try {
    return fromBinary(SigningKeySetSchema, keys);
  } catch {
    return { madeMs: BigInt(Number.MAX_SAFE_INTEGER), keys: [] };
  }
}

function byId(keys: readonly SigningKey[]): Record<string, string> {
  return Object.fromEntries(keys.map(({ keyId, publicKey }) => [keyId, Buffer.from(publicKey).toString('base64')]));
}
