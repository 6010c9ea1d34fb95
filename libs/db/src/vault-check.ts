import { existsSync } from 'node:fs';
import { makeMasterKeyFile, masterVault, type Vault } from '@muster/vault';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What tells whether a vault is the one that a store's secrets are sealed with. */
export interface VaultCheckTable {
  /** One row. */
  id: number;
  /** A text that everybody knows, sealed. */
  sealed: Uint8Array;
}

/** A store whose secrets are sealed with the service's master key. */
export interface WithVaultCheck {
  vault_check: VaultCheckTable;
}

/** The migration that makes the table. */
export const vaultCheckMigration: Migration = {
  async up(db) {
    await db.schema
      .createTable('vault_check')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('sealed', sql`blob`, (column) => column.notNull())
      .execute();
  },
};

const NAME = 'vault-check';
const TEXT = 'muster';

/**
 * The vault of a store. The master key is made with the store, at the first start, and never again: a store whose key is gone would get
 * another one and look empty of secrets. Throws when the key cannot be read or is too open.
 */
export async function vaultOf(storeFile: string, masterKeyFile: string): Promise<Vault> {
  if (!existsSync(storeFile)) await makeMasterKeyFile(masterKeyFile);
  return masterVault(masterKeyFile);
}

/** Throws when the vault is not the one that this store was first used with; remembers it in a store that was used with none. */
export async function requireSameVault<T extends WithVaultCheck>(
  store: Kysely<T>,
  vault: Vault,
  masterKeyFile: string,
): Promise<void> {
  const db = store as unknown as Kysely<WithVaultCheck>;
  const known = await db.selectFrom('vault_check').select('sealed').executeTakeFirst();
  if (!known) {
    await db
      .insertInto('vault_check')
      .values({ id: 1, sealed: vault.seal(Buffer.from(TEXT), NAME) })
      .execute();
    return;
  }
  try {
    vault.open(known.sealed, NAME);
  } catch (error) {
    throw new Error(`the master key in ${masterKeyFile} is not the one that the store was made with`, { cause: error });
  }
}
