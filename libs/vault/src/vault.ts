import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, readFile, rm, stat } from 'node:fs/promises';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secrets before they reach the store (AES-256-GCM). A sealed secret opens only under the name it was sealed for. */
export class Vault {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) throw new Error(`a vault's key must be ${KEY_BYTES} bytes, was ${key.length}`);
    this.#key = key;
  }

  /** Nonce, ciphertext and tag in one. */
  seal(secret: Uint8Array, name: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(name));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws when the key is another one, or the bytes were changed or belong to another name. */
  open(sealed: Uint8Array, name: string): Buffer {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(sealed.length - TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(name)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  }

  /** A key of 32 bytes for another purpose, always the same for the same name (HKDF-SHA256). */
  derive(name: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#key, new Uint8Array(0), name, KEY_BYTES));
  }
}

/** A new key for a vault. */
export function newKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

/** Makes the master key file, readable by nobody else. An existing one is kept. */
export async function makeMasterKeyFile(file: string): Promise<void> {
  if (existsSync(file)) return;
  // it appears whole: of several that start at the same time each finds the key of the one that was first
  const draft = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    {
      await using handle = await open(draft, 'wx', 0o600);
      await handle.writeFile(newKey());
      await handle.sync();
      await handle.chmod(0o600);
    }
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The vault that the master key opens. Refuses a file that others can read. */
export async function masterVault(file: string): Promise<Vault> {
  const key = await readSecretFile(file, 'master key file');
  if (key.length !== KEY_BYTES) {
    throw new Error(`the master key file ${file} must hold ${KEY_BYTES} bytes, holds ${key.length}`);
  }
  return new Vault(key);
}

/** The bytes of a file that nobody but its owner may read; refuses one that others can. `what` names it in the error. */
export async function readSecretFile(file: string, what: string): Promise<Buffer> {
  let secret: Buffer;
  try {
    secret = await readFile(file);
  } catch (error) {
    throw new Error(`the ${what} ${file} cannot be read`, { cause: error });
  }
  const mode = (await stat(file)).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new Error(`the ${what} ${file} must have mode 0600, has 0${mode.toString(8).padStart(3, '0')}`);
  }
  return secret;
}
