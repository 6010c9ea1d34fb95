import type { Kysely, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';

/** A root account. */
export interface Account {
  readonly accountUin: string;
  readonly appId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export class AccountReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** The root uin of the installation's first account. */
  async first(): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('account')
      .select('account_uin')
      .orderBy('created_at')
      .orderBy('account_uin')
      .executeTakeFirst();
    return row?.account_uin;
  }
}

/** Changes accounts; exists only inside a transaction. */
export class AccountWriter extends AccountReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert({ accountUin, appId, createdAt }: Account): Promise<void> {
    const row = { account_uin: accountUin, app_id: appId, revision: 0, created_at: createdAt };
    await this.#trx.insertInto('account').values(row).execute();
  }

  /** Raises the account's revision by one and hands back the new one. */
  async bumpRevision(accountUin: string): Promise<number> {
    const { revision } = await this.#trx
      .updateTable('account')
      .set((update) => ({ revision: update('revision', '+', 1) }))
      .where('account_uin', '=', accountUin)
      .returning('revision')
      .executeTakeFirstOrThrow();
    return revision;
  }

  /** Starts a counter at `first`. */
  async startCounter(name: CounterName, first: number): Promise<void> {
    await this.#trx.insertInto('counter').values({ name, next: first }).execute();
  }

  /** The next number of a kind, never given before; 1 for a kind whose counter was not started anywhere else. */
  async nextNumber(name: CounterName): Promise<number> {
    const { next } = await this.#trx
      .insertInto('counter')
      .values({ name, next: 2 })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((update) => ({ next: update('counter.next', '+', 1) })),
      )
      .returning('next')
      .executeTakeFirstOrThrow();
    return next - 1;
  }
}

/** What is numbered. */
export type CounterName = 'uin' | 'policy' | 'group' | 'role';
