import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** The key of a machine that was removed. */
export interface RevokedKey {
  /** `U...` */
  readonly publicKey: string;
  readonly accountUin: string;
  /** Epoch milliseconds. */
  readonly revokedAt: number;
}

/** Keys of machines that were removed. Given a transaction, everything happens in it. */
export class RevokedKeyStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Remembers a key. */
  async add({ publicKey, accountUin, revokedAt }: RevokedKey): Promise<void> {
    await this.#db
      .insertInto('revoked_key')
      .values({ public_key: publicKey, account_uin: accountUin, revoked_at: revokedAt })
      .execute();
  }

  /** Whether it is the key of a machine that was removed. */
  async has(publicKey: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('revoked_key')
      .select('revoked_at')
      .where('public_key', '=', publicKey)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The account's keys that were revoked after this instant (epoch milliseconds). */
  async since(accountUin: string, instant: number): Promise<RevokedKey[]> {
    const rows = await this.#db
      .selectFrom('revoked_key')
      .selectAll()
      .where('account_uin', '=', accountUin)
      .where('revoked_at', '>', instant)
      .orderBy('revoked_at')
      .execute();
    return rows.map((row) => ({ publicKey: row.public_key, accountUin: row.account_uin, revokedAt: row.revoked_at }));
  }
}
