import type { Kysely, Selectable, Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { CollaboratorTable } from './tables/collaborator.ts';

/** A principal of another account that may act in this one. */
export interface Collaborator {
  /** The inviting account. */
  readonly accountUin: string;
  /** The one that it has at home. */
  readonly uin: string;
  readonly homeAccountUin: string;
  /** Its name in the inviting account. */
  readonly name: string;
  readonly remark: string;
  readonly boundaryPolicyId: number | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** An account that a principal may act in. */
export interface Invitation {
  readonly accountUin: string;
  readonly accountName: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Reads who was invited where. */
export class CollaboratorReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  async find(accountUin: string, uin: string): Promise<Collaborator | undefined> {
    const row = await this.#of(accountUin).where('collaborator.uin', '=', uin).executeTakeFirst();
    return row && fromRow(row);
  }

  /** Everybody whom the account invited, oldest first. */
  async list(accountUin: string): Promise<Collaborator[]> {
    const rows = await this.#of(accountUin).orderBy('created_at').orderBy('collaborator.uin').execute();
    return rows.map(fromRow);
  }

  /** The accounts that invited a principal, whichever account it is of; oldest invitation first. */
  invitations(uin: string): Promise<Invitation[]> {
    return this.#db
      .selectFrom('collaborator')
      .innerJoin('account', 'account.account_uin', 'collaborator.account_uin')
      .select([
        'account.account_uin as accountUin',
        'account.name as accountName',
        'collaborator.created_at as createdAt',
      ])
      .where('collaborator.uin', '=', uin)
      .orderBy('collaborator.created_at')
      .orderBy('collaborator.account_uin')
      .execute();
  }

  /** The account that a root or sub-user belongs to, whichever that is; undefined for everything else. */
  async homeOf(uin: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('user')
      .select('account_uin')
      .where('uin', '=', uin)
      .where('receives_only', '=', 0)
      .executeTakeFirst();
    return row?.account_uin;
  }

  #of(accountUin: string) {
    return this.#db
      .selectFrom('collaborator')
      .innerJoin('user', 'user.uin', 'collaborator.uin')
      .selectAll('collaborator')
      .select('user.account_uin as home_account_uin')
      .where('collaborator.account_uin', '=', accountUin);
  }
}

/** Changes invitations; exists only inside a transaction. */
export class CollaboratorWriter extends CollaboratorReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert(one: Omit<Collaborator, 'homeAccountUin' | 'boundaryPolicyId'>): Promise<void> {
    const { accountUin, uin, name, remark, createdAt } = one;
    const row = { account_uin: accountUin, uin, name, remark, boundary_policy_id: null, created_at: createdAt };
    await this.#trx.insertInto('collaborator').values(row).execute();
  }

  /** Ends an invitation, and with it the memberships in the inviting account's groups. */
  async delete(accountUin: string, uin: string): Promise<void> {
    await this.#trx
      .deleteFrom('group_member')
      .where('uin', '=', uin)
      .where('group_id', 'in', (query) =>
        query.selectFrom('user_group').select('group_id').where('account_uin', '=', accountUin),
      )
      .execute();
    await this.#trx.deleteFrom('collaborator').where('account_uin', '=', accountUin).where('uin', '=', uin).execute();
  }
}

function fromRow(row: Selectable<CollaboratorTable> & { home_account_uin: string }): Collaborator {
  return {
    accountUin: row.account_uin,
    uin: row.uin,
    homeAccountUin: row.home_account_uin,
    name: row.name,
    remark: row.remark,
    boundaryPolicyId: row.boundary_policy_id ?? undefined,
    createdAt: row.created_at,
  };
}
