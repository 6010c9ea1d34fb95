import type { Kysely, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { AccessKeyTable } from './tables/access-key.ts';

/** An access key; its secret is sealed. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly uin: string;
  readonly secret: Uint8Array;
  readonly active: boolean;
  readonly description: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
}

export class AccessKeyReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** A key whoever owns it, with its owner: whoever signs with a key says only its id. None of a user that is switched off. */
  async findForExchange(
    accessKeyId: string,
  ): Promise<(AccessKey & { accountUin: string; userName: string }) | undefined> {
    const row = await this.#db
      .selectFrom('access_key')
      .innerJoin('user', 'user.uin', 'access_key.uin')
      .selectAll('access_key')
      .select(['user.account_uin', 'user.name as user_name'])
      .where('access_key_id', '=', accessKeyId)
      .where('user.active', '=', 1)
      .executeTakeFirst();
    return row && { ...fromRow(row), accountUin: row.account_uin, userName: row.user_name };
  }

  /** One of an account's keys, whoever of it has the key. */
  async findInAccount(accountUin: string, accessKeyId: string): Promise<AccessKey | undefined> {
    const row = await this.#db
      .selectFrom('access_key')
      .innerJoin('user', 'user.uin', 'access_key.uin')
      .selectAll('access_key')
      .where('access_key_id', '=', accessKeyId)
      .where('user.account_uin', '=', accountUin)
      .executeTakeFirst();
    return row && fromRow(row);
  }

  /** A user's key. */
  async find(uin: string, accessKeyId: string): Promise<AccessKey | undefined> {
    return (await this.list(uin)).find((key) => key.accessKeyId === accessKeyId);
  }

  /** A user's keys, oldest first. */
  async list(uin: string): Promise<AccessKey[]> {
    const rows = await this.#db
      .selectFrom('access_key')
      .selectAll()
      .where('uin', '=', uin)
      .orderBy('created_at')
      .orderBy('access_key_id')
      .execute();
    return rows.map(fromRow);
  }
}

/** Changes keys; exists only inside a transaction. */
export class AccessKeyWriter extends AccessKeyReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert(key: AccessKey): Promise<void> {
    await this.#trx
      .insertInto('access_key')
      .values({
        access_key_id: key.accessKeyId,
        uin: key.uin,
        secret: key.secret,
        active: key.active ? 1 : 0,
        description: key.description,
        created_at: key.createdAt,
        last_used_at: key.lastUsedAt ?? null,
      })
      .execute();
  }

  async setActive(accessKeyId: string, active: boolean): Promise<void> {
    await this.#trx
      .updateTable('access_key')
      .set({ active: active ? 1 : 0 })
      .where('access_key_id', '=', accessKeyId)
      .execute();
  }

  /** Notes a use at `now`, epoch milliseconds; false when the key, or its owner, is switched off or gone. */
  async use(accessKeyId: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#trx
      .updateTable('access_key')
      .set({ last_used_at: now })
      .where('access_key_id', '=', accessKeyId)
      .where('active', '=', 1)
      .where('uin', 'in', (query) => query.selectFrom('user').select('uin').where('active', '=', 1))
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Deletes a key and the tokens made with it. */
  async delete(accessKeyId: string): Promise<void> {
    await this.#trx.deleteFrom('access_key').where('access_key_id', '=', accessKeyId).execute();
  }
}

function fromRow(row: AccessKeyTable): AccessKey {
  return {
    accessKeyId: row.access_key_id,
    uin: row.uin,
    secret: row.secret,
    active: row.active === 1,
    description: row.description,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
