import type { Kysely, Selectable, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { UserTable } from './tables/user.ts';

/** A root or a sub-user. */
export interface User {
  readonly uin: string;
  readonly accountUin: string;
  readonly name: string;
  readonly remark: string;
  /** PHC; empty without a console password. */
  readonly passwordHash: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Reads users. Every method is bounded by an account. */
export class UserReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** A sub-user, or the root under its own uin. */
  async find(accountUin: string, uin: string): Promise<User | undefined> {
    const row = await this.#of(accountUin).where('uin', '=', uin).executeTakeFirst();
    return row && fromRow(row);
  }

  /** The same by name; the root's is `root`. */
  async findByName(accountUin: string, name: string): Promise<User | undefined> {
    const row = await this.#of(accountUin).where('name', '=', name).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Every sub-user, oldest first. */
  async list(accountUin: string): Promise<User[]> {
    const rows = await this.#of(accountUin)
      .where('uin', '!=', accountUin)
      .orderBy('created_at')
      .orderBy('uin')
      .execute();
    return rows.map(fromRow);
  }

  /** How many sub-users there are. */
  async count(accountUin: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('user')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_uin', '=', accountUin)
      .where('uin', '!=', accountUin)
      .executeTakeFirstOrThrow();
    return count;
  }

  #of(accountUin: string) {
    return this.#db.selectFrom('user').selectAll().where('account_uin', '=', accountUin);
  }
}

/** Changes users; exists only inside a transaction. */
export class UserWriter extends UserReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert(user: User): Promise<void> {
    await this.#trx
      .insertInto('user')
      .values({
        uin: user.uin,
        account_uin: user.accountUin,
        name: user.name,
        remark: user.remark,
        password_hash: user.passwordHash,
        created_at: user.createdAt,
      })
      .execute();
  }

  /** Deletes a user and with it its keys, tokens and attachments. */
  async delete(uin: string): Promise<void> {
    await this.#trx.deleteFrom('user').where('uin', '=', uin).execute();
  }
}

function fromRow(row: Selectable<UserTable>): User {
  return {
    uin: row.uin,
    accountUin: row.account_uin,
    name: row.name,
    remark: row.remark,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
  };
}
