import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, fromBinary, fromJson, type JsonValue, toBinary, toJson } from '@bufbuild/protobuf';
import { type SignedKeySet, SignedKeySetSchema, SigningKeySetSchema } from '@muster/contract';
import type { Clock } from '@muster/kernel';

/** A key that signs tasks. */
export interface TaskKey {
  /** The first 16 hexadecimal digits of the public key's SHA-256. */
  readonly keyId: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
}

/** The keys of an installation, and how they came to be. */
export interface TaskKeys {
  /** Oldest first. */
  readonly keys: readonly [TaskKey, ...TaskKey[]];
  /** Oldest first; the last one names exactly `keys`. */
  readonly keySets: readonly SignedKeySet[];
}

/** What is signed of a key set is this and then its bytes: no order begins like it, so neither passes for the other. */
export const KEY_SET_PREFIX = 'muster signing keys\n';
/** An agent that was away for more changes than this has to register again. */
const KEPT_SETS = 32;
const FIRST_KEY = '0001.pem';
const HISTORY = 'key-sets.json';

/**
 * Reads every `*.pem` (PKCS#8, mode 0600) of the folder; the last by name is the newest. The first one is made when there is none. Where
 * they are not the keys of the time before, the change is signed by those that stayed and added to the history, `key-sets.json`. Throws an
 * Error for people when machines could not believe the change.
 */
export async function openTaskKeys(directory: string, clock: Clock): Promise<TaskKeys> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  await adoptSingleKey(directory);
  const history = await readHistory(join(directory, HISTORY));
  const names = (await readdir(directory)).filter((name) => name.endsWith('.pem')).sort();
  if (names.length === 0) {
    if (history.length > 0)
      throw new Error(`${directory} holds no key, but machines trust some: bring its *.pem files back`);
    await writeWhole(join(directory, FIRST_KEY), newKey());
    names.push(FIRST_KEY);
  }
  const keys: TaskKey[] = [];
  for (const name of names) keys.push(await readKey(join(directory, name)));
  if (new Set(keys.map(({ keyId }) => keyId)).size < keys.length) throw new Error(`${directory} holds a key twice`);
  const next = nextSet(keys, history.at(-1), clock.now());
  const keySets = [...history, ...(next ? [next] : [])].slice(-KEPT_SETS);
  if (next) await writeHistory(join(directory, HISTORY), keySets);
  return { keys: keys as [TaskKey, ...TaskKey[]], keySets };
}

/** Undefined when the last set names these keys already, in this order. */
function nextSet(keys: readonly TaskKey[], last: SignedKeySet | undefined, now: number): SignedKeySet | undefined {
  const before = last && fromBinary(SigningKeySetSchema, last.keys);
  const known = before?.keys.map(({ keyId }) => keyId) ?? [];
  if (known.join() === keys.map(({ keyId }) => keyId).join()) return undefined;
  if (before && !keys.some(({ keyId }) => known.includes(keyId))) {
    throw new Error(
      `machines trust the keys ${known.join(', ')} and none of them is there to vouch for the new ones: bring one back, start, and take it away once every machine knows the new ones`,
    );
  }
  const madeMs = Math.max(now, Number(before?.madeMs ?? 0n) + 1);
  const set = create(SigningKeySetSchema, {
    madeMs: BigInt(madeMs),
    keys: keys.map(({ keyId, publicKey }) => ({ keyId, publicKey })),
  });
  const bytes = toBinary(SigningKeySetSchema, set);
  const signed = Buffer.concat([Buffer.from(KEY_SET_PREFIX), bytes]);
  return create(SignedKeySetSchema, {
    keys: bytes,
    signatures: keys.map(({ keyId, privateKey }) => ({ keyId, signature: sign(null, signed, privateKey) })),
  });
}

async function readKey(file: string): Promise<TaskKey> {
  const { mode } = await stat(file);
  if (mode & 0o077) throw new Error(`${file} can be read by others: chmod 600 it, or make a new key`);
  const privateKey = createPrivateKey(await readFile(file));
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is no Ed25519 key`);
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicKey = Buffer.from(x, 'base64url');
  const keyId = createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
  return { keyId, publicKey, privateKey };
}

/** Installations had a single key once, beside the folder. */
async function adoptSingleKey(directory: string): Promise<void> {
  try {
    await rename(`${directory}.pem`, join(directory, FIRST_KEY));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function readHistory(file: string): Promise<SignedKeySet[]> {
  try {
    const sets = JSON.parse(await readFile(file, 'utf8')) as JsonValue[];
    return sets.map((set) => fromJson(SignedKeySetSchema, set));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read; bring it back from a backup`, { cause: error });
  }
}

function writeHistory(file: string, sets: readonly SignedKeySet[]): Promise<void> {
  return writeWhole(
    file,
    `${JSON.stringify(
      sets.map((set) => toJson(SignedKeySetSchema, set)),
      undefined,
      2,
    )}\n`,
  );
}

/** The file appears by rename: it is there as a whole or not at all. */
async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}
