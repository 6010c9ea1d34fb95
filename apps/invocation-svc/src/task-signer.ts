import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type SignedTaskSchema, TaskOrderSchema } from '@muster/contract';

/** Signs orders, so that machines run only what this service made. */
export interface TaskSigner {
  /** Names the key. */
  readonly keyId: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(order: MessageInitShape<typeof TaskOrderSchema>): MessageInitShape<typeof SignedTaskSchema>;
}

/** Reads the Ed25519 key (PKCS#8 PEM, mode 0600), which is made when there is none. */
export async function openTaskSigner(file: string): Promise<TaskSigner> {
  return taskSigner(createPrivateKey(await readOrMake(file)));
}

function taskSigner(key: KeyObject): TaskSigner {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = Buffer.from(x, 'base64url');
  const keyId = createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
  return {
    keyId,
    publicKey,
    sign(order) {
      const bytes = toBinary(TaskOrderSchema, create(TaskOrderSchema, order));
      return { order: bytes, signature: sign(null, bytes, key), keyId };
    },
  };
}

/** The file appears by rename: there is a whole key or none. */
async function readOrMake(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, pem, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return pem as string;
}
