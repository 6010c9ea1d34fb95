import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { SigningKeySetSchema, TaskOrderSchema } from '@muster/contract';
import { tempDirectory } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEY_SET_PREFIX, openTaskKeys, type TaskKeys } from './task-keys.ts';
import { hasToLearn, taskSigner } from './task-signer.ts';

const NOW = 1_700_000_000_000;
const clock = { now: () => NOW };
let folder: ReturnType<typeof tempDirectory>;
let directory: string;
beforeEach(() => {
  folder = tempDirectory();
  directory = join(folder.path, 'task-signing');
});
afterEach(() => folder[Symbol.dispose]());

const open = () => openTaskKeys(directory, clock);
const put = (name: string) => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(directory, name), pem, { mode: 0o600 });
};
const ids = ({ keys }: Pick<TaskKeys, 'keys'>) => keys.map(({ keyId }) => keyId);

it('T7: signs exactly the bytes it sends, which hold every field', async () => {
  const signer = taskSigner(await open());
  const { order, signature, keyId } = signer.sign({ invocationTaskId: 'invt-00000001', epoch: 3n }, []);
  expect(keyId).toBe(ids(signer)[0]);
  expect(fromBinary(TaskOrderSchema, order!)).toMatchObject({ invocationTaskId: 'invt-00000001', epoch: 3n });
  expect(isBy(signer.keys[0], order!, signature!)).toBe(true);
  expect(isBy(signer.keys[0], Buffer.concat([order!, Buffer.of(0)]), signature!)).toBe(false);
});

describe('the keys', () => {
  it('begin with one that is made once, for nobody else to read', async () => {
    const first = await open();
    expect(statSync(join(directory, '0001.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(ids(await open())).toEqual(ids(first));
    expect(first.keySets).toHaveLength(1);
    expect((await open()).keySets).toHaveLength(1);
  });

  it('take over the single key that installations had', async () => {
    await open();
    const before = ids(await open());
    const pem = readFileSync(join(directory, '0001.pem'));
    rmSync(directory, { recursive: true });
    writeFileSync(`${directory}.pem`, pem, { mode: 0o600 });
    expect(ids(await open())).toEqual(before);
    expect(existsSync(`${directory}.pem`)).toBe(false);
  });

  it('sign with the newest that a machine knows, and with the oldest for one that does not say', async () => {
    await open();
    put('0002.pem');
    const signer = taskSigner(await open());
    const [one, two] = ids(signer) as [string, string];
    const signedFor = (...known: string[]) => signer.sign({}, known).keyId;
    expect([signedFor(), signedFor(one), signedFor(two, one), signedFor('another')]).toEqual([one, one, two, one]);
    expect([[], [one, two], [one], [one, two, 'retired']].map((known) => hasToLearn(signer, known))).toEqual([
      ...[false, false],
      ...[true, true],
    ]);
  });

  it('change in steps of which each is signed by a key of the step before', async () => {
    const first = await open();
    put('0002.pem');
    const both = await open();
    rmSync(join(directory, '0001.pem'));
    const second = await open();
    expect(second.keySets).toHaveLength(3);
    let known = [...first.keys, ...both.keys].slice(0, 1);
    let madeMs = 0n;
    for (const { keys, signatures } of second.keySets) {
      const signed = Buffer.concat([Buffer.from(KEY_SET_PREFIX), keys]);
      const vouched = signatures.some(({ keyId, signature }) =>
        known.some((key) => key.keyId === keyId && isBy(key, signed, signature)),
      );
      expect(vouched).toBe(true);
      const set = fromBinary(SigningKeySetSchema, keys);
      expect(set.madeMs).toBeGreaterThan(madeMs);
      madeMs = set.madeMs;
      known = both.keys.filter(({ keyId }) => set.keys.some((key) => key.keyId === keyId));
    }
    expect(known.map(({ keyId }) => keyId)).toEqual(ids(second));
  });

  it.each<[string, () => void, RegExp]>([
    [
      'all of them are new',
      () => {
        put('0002.pem');
        rmSync(join(directory, '0001.pem'));
      },
      /none of them is there to vouch for the new ones/,
    ],
    ['none is left', () => rmSync(join(directory, '0001.pem')), /bring its \*\.pem files back/],
    ['others may read one', () => chmodSync(join(directory, '0001.pem'), 0o640), /can be read by others/],
    ['one is there twice', () => writeCopy(), /holds a key twice/],
    ['one is of another kind', () => writeEc(), /is no Ed25519 key/],
    ['the history is damaged', () => writeFileSync(join(directory, 'key-sets.json'), '[{'), /from a backup/],
  ])('do not come up when %s', async (_, spoil, words) => {
    await open();
    const history = readFileSync(join(directory, 'key-sets.json'), 'utf8');
    spoil();
    await expect(open()).rejects.toThrow(words);
    if (!words.source.includes('backup')) expect(readFileSync(join(directory, 'key-sets.json'), 'utf8')).toBe(history);
    expect(readdirSync(directory).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});

function writeCopy(): void {
  writeFileSync(join(directory, '0002.pem'), readFileSync(join(directory, '0001.pem')), { mode: 0o600 });
}

function writeEc(): void {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(directory, '0002.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}

function isBy({ publicKey }: { publicKey: Uint8Array }, bytes: Uint8Array, signature: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString('base64url');
  return verify(null, bytes, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature);
}
