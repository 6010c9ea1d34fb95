import { randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeMasterKeyFile, masterVault, newKey, Vault } from '@muster/vault';
import type { IamContext } from '../context.ts';
import { mintAccessKey } from '../credentials/mint.ts';
import { newTokenKey } from '../crypto/bearer-tokens.ts';
import { hashPassword, newPassword } from '../crypto/passwords.ts';
import { ROOT_NAME } from '../domain/fields.ts';
import type { KeyName, KeyringStore } from '../store/keyring-store.ts';
import { openAccount } from './open-account.ts';

/** Where things are, and whom the first start makes. */
export interface Installation {
  readonly masterKeyFile: string;
  /** `root-credentials.json` is written here. */
  readonly dataDir: string;
  readonly rootUin: string;
  readonly appId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The service's own keys, opened. */
export interface Keyring {
  readonly vault: Vault;
  /** PKCS#8 DER. */
  readonly tokenKey: Buffer;
}

/** The path of the root's credentials, once `firstStart` has written them. */
export function rootCredentialsFile(dataDir: string): string {
  return join(dataDir, 'root-credentials.json');
}

/** The name that a key of the service is sealed under. */
const sealedAs = (name: KeyName) => `keyring/${name}`;

/** Opens the service's keys. Throws when the master key is missing or is not the one that the store was made with. */
export async function openKeyring(keyring: KeyringStore, masterKeyFile: string): Promise<Keyring | undefined> {
  const [data, token] = [await keyring.find('data'), await keyring.find('token')];
  if (!data || !token) return undefined;
  const master = await masterVault(masterKeyFile);
  let vault: Vault;
  try {
    vault = new Vault(master.open(data, sealedAs('data')));
  } catch (error) {
    throw new Error(`the master key in ${masterKeyFile} is not the one that the store was made with`, { cause: error });
  }
  return { vault, tokenKey: vault.open(token, sealedAs('token')) };
}

/**
 * Makes the service's keys and the root account with its access key and console password, unless somebody else was first: of starts at the
 * same time one does it, in one transaction that the others wait for. The secrets go into one file of mode 0600 and nowhere else, before
 * anything is committed: a start that is cut short is simply made again. True when it was this one.
 */
export function firstStart(commit: IamContext['commit'], installation: Installation): Promise<boolean> {
  const { masterKeyFile, dataDir, rootUin, appId, now } = installation;
  return commit(async (writers) => {
    const { accounts, keyring } = writers;
    if (await keyring.find('data')) return false;
    await makeMasterKeyFile(masterKeyFile);
    const master = await masterVault(masterKeyFile);
    const dataKey = newKey();
    const vault = new Vault(dataKey);
    const { key, secretKey } = mintAccessKey(vault, { uin: rootUin, description: 'made at first start', now });
    const password = newPassword();
    const passwordHash = await hashPassword(password);
    await writeSecretFile(rootCredentialsFile(dataDir), {
      uin: rootUin,
      secretId: key.accessKeyId,
      secretKey,
      consoleUser: ROOT_NAME,
      consolePassword: password,
    });
    await keyring.insert('data', master.seal(dataKey, sealedAs('data')), now);
    await keyring.insert('token', vault.seal(newTokenKey(), sealedAs('token')), now);
    await openAccount(writers, {
      account: { accountUin: rootUin, appId, name: '', createdAt: now },
      passwordHash,
      key,
    });
    await accounts.startCounter('uin', Number(rootUin) + 10);
    await accounts.startCounter('policy', 1);
    return true;
  });
}

/** Whole or not at all, and never readable by others, not even for a moment. */
async function writeSecretFile(file: string, content: object): Promise<void> {
  const draft = join(dirname(file), `.${randomBytes(6).toString('hex')}.tmp`);
  {
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
    await handle.sync();
  }
  await rename(draft, file);
}
