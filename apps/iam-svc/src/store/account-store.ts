import { type Kysely, sql, type Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';

/** A root account. */
export interface Account {
  readonly accountUin: string;
  readonly appId: string;
  /** What the installation calls it. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** How many of what an account has. */
export interface AccountSummary {
  readonly policies: number;
  readonly roles: number;
  readonly users: number;
  readonly groups: number;
  /** Memberships in groups. */
  readonly members: number;
  readonly collaborators: number;
  readonly messageReceivers: number;
}

export class AccountReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** The root uin of the installation's first account. */
  async first(): Promise<string | undefined> {
    return (await this.#all().executeTakeFirst())?.accountUin;
  }

  find(accountUin: string): Promise<Account | undefined> {
    return this.#all().where('account_uin', '=', accountUin).executeTakeFirst();
  }

  /** Every account of the installation, oldest first. */
  list(): Promise<Account[]> {
    return this.#all().execute();
  }

  async summary(accountUin: string): Promise<AccountSummary> {
    const { rows } = await sql<AccountSummary>`
      select
        (select count(*) from policy where account_uin = ${accountUin}) as policies,
        (select count(*) from role where account_uin = ${accountUin}) as roles,
        (select count(*) from user where account_uin = ${accountUin} and uin != account_uin and receives_only = 0) as users,
        (select count(*) from user_group where account_uin = ${accountUin}) as "groups",
        (select count(*) from group_member where group_id in
          (select group_id from user_group where account_uin = ${accountUin})) as members,
        (select count(*) from collaborator where account_uin = ${accountUin}) as collaborators,
        (select count(*) from user where account_uin = ${accountUin} and receives_only = 1) as "messageReceivers"
    `.execute(this.#db);
    return rows[0]!;
  }

  /** How many sub-users, collaborators and message recipients there are. */
  async countPeople(accountUin: string): Promise<number> {
    const { users, collaborators, messageReceivers } = await this.summary(accountUin);
    return users + collaborators + messageReceivers;
  }

  /** Whether somebody in the account has this name: root, a sub-user, a message recipient or a collaborator. */
  async nameTaken(accountUin: string, name: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('user')
      .select('uin')
      .where('account_uin', '=', accountUin)
      .where('name', '=', name)
      .unionAll((query) =>
        query.selectFrom('collaborator').select('uin').where('account_uin', '=', accountUin).where('name', '=', name),
      )
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Oldest first. */
  #all() {
    return this.#db
      .selectFrom('account')
      .select(['account_uin as accountUin', 'app_id as appId', 'name', 'created_at as createdAt'])
      .orderBy('created_at')
      .orderBy(sql`cast(account_uin as integer)`);
  }
}

/** Changes accounts; exists only inside a transaction. */
export class AccountWriter extends AccountReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert({ accountUin, appId, name, createdAt }: Account): Promise<void> {
    const row = { account_uin: accountUin, app_id: appId, name, revision: 0, created_at: createdAt };
    await this.#trx.insertInto('account').values(row).execute();
  }

  /** An appid beyond all that there are; accounts never end, so no two ever have the same. */
  async nextAppId(): Promise<string> {
    const { newest } = await this.#trx
      .selectFrom('account')
      .select(sql<number>`max(cast(app_id as integer))`.as('newest'))
      .executeTakeFirstOrThrow();
    return String(newest + 1);
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
export type CounterName = 'uin' | 'policy' | 'group';
