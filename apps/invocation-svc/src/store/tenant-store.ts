import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** The NATS account of a Muster account. */
export interface TenantRecord {
  readonly accountUin: string;
  /** Public key. */
  readonly tenant: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Which accounts have a NATS account. */
export class TenantStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Remembers a tenant; one that is known stays as it is. */
  async add({ accountUin, tenant, createdAt }: TenantRecord): Promise<void> {
    await this.#db
      .insertInto('tenant')
      .values({ account_uin: accountUin, tenant, created_at: createdAt })
      .onConflict((conflict) => conflict.column('account_uin').doNothing())
      .execute();
  }

  /** Every account that has a tenant. */
  async accounts(): Promise<string[]> {
    const rows = await this.#db.selectFrom('tenant').select('account_uin').orderBy('created_at').execute();
    return rows.map((row) => row.account_uin);
  }
}
