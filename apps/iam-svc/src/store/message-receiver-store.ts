import type { Kysely, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { Contact } from './user-store.ts';

/** Somebody of an account who receives notices and can do nothing. */
export interface MessageReceiver extends Contact {
  readonly uin: string;
  readonly accountUin: string;
  readonly name: string;
  readonly remark: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Reads message recipients. They share a table with users, so that names and numbers are unique among both. */
export class MessageReceiverReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  find(accountUin: string, uin: string): Promise<MessageReceiver | undefined> {
    return this.#of(accountUin).where('uin', '=', uin).executeTakeFirst();
  }

  /** All of them, oldest first. */
  list(accountUin: string): Promise<MessageReceiver[]> {
    return this.#of(accountUin).orderBy('created_at').orderBy('uin').execute();
  }

  #of(accountUin: string) {
    return this.#db
      .selectFrom('user')
      .select([
        'uin',
        'account_uin as accountUin',
        'name',
        'remark',
        'phone_num as phoneNum',
        'country_code as countryCode',
        'email',
        'created_at as createdAt',
      ])
      .where('account_uin', '=', accountUin)
      .where('receives_only', '=', 1);
  }
}

/** Changes message recipients; exists only inside a transaction. */
export class MessageReceiverWriter extends MessageReceiverReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert(one: MessageReceiver): Promise<void> {
    await this.#trx
      .insertInto('user')
      .values({
        uin: one.uin,
        account_uin: one.accountUin,
        name: one.name,
        remark: one.remark,
        password_hash: '',
        created_at: one.createdAt,
        phone_num: one.phoneNum,
        country_code: one.countryCode,
        email: one.email,
        active: 0,
        receives_only: 1,
      })
      .execute();
  }

  async delete(uin: string): Promise<void> {
    await this.#trx.deleteFrom('user').where('uin', '=', uin).where('receives_only', '=', 1).execute();
  }
}
