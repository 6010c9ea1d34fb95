import { type Kysely, sql, type Transaction } from 'kysely';
import type { IamSchema } from './schema.ts';

/** A group of users. */
export interface Group {
  readonly groupId: number;
  readonly accountUin: string;
  readonly groupName: string;
  readonly remark: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** How many members it has. */
  readonly userCount: number;
}

/** A group as it is made: without members. */
export type NewGroup = Omit<Group, 'userCount'>;

/** Reads groups. Every method is bounded by an account. */
export class GroupReader {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  find(accountUin: string, groupId: number): Promise<Group | undefined> {
    return this.#of(accountUin).where('g.group_id', '=', groupId).executeTakeFirst();
  }

  async nameTaken(accountUin: string, name: string): Promise<boolean> {
    return (await this.#of(accountUin).where('g.name', '=', name).executeTakeFirst()) !== undefined;
  }

  /** Every group, oldest first. */
  list(accountUin: string): Promise<Group[]> {
    return this.#of(accountUin).orderBy('g.group_id').execute();
  }

  async count(accountUin: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('user_group')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_uin', '=', accountUin)
      .executeTakeFirstOrThrow();
    return count;
  }

  /** The groups that a sub-user or collaborator is in, oldest first. */
  groupsOf(accountUin: string, uin: string): Promise<Group[]> {
    return this.#of(accountUin)
      .innerJoin('group_member as own', 'own.group_id', 'g.group_id')
      .where('own.uin', '=', uin)
      .orderBy('g.group_id')
      .execute();
  }

  #of(accountUin: string) {
    return this.#db
      .selectFrom('user_group as g')
      .select(['g.group_id as groupId', 'g.account_uin as accountUin', 'g.name as groupName', 'g.remark'])
      .select([
        'g.created_at as createdAt',
        sql<number>`(select count(*) from group_member m where m.group_id = g.group_id)`.as('userCount'),
      ])
      .where('g.account_uin', '=', accountUin);
  }
}

/** Changes groups; exists only inside a transaction. */
export class GroupWriter extends GroupReader {
  readonly #trx: Transaction<IamSchema>;

  constructor(trx: Transaction<IamSchema>) {
    super(trx);
    this.#trx = trx;
  }

  async insert({ groupId, accountUin, groupName, remark, createdAt }: NewGroup): Promise<void> {
    const row = { group_id: groupId, account_uin: accountUin, name: groupName, remark, created_at: createdAt };
    await this.#trx.insertInto('user_group').values(row).execute();
  }

  async update(groupId: number, { groupName, remark }: Pick<Group, 'groupName' | 'remark'>): Promise<void> {
    await this.#trx
      .updateTable('user_group')
      .set({ name: groupName, remark })
      .where('group_id', '=', groupId)
      .execute();
  }

  /** Deletes a group and its memberships; whoever deletes takes policies and tags from it first. */
  async delete(groupId: number): Promise<void> {
    await this.#trx.deleteFrom('user_group').where('group_id', '=', groupId).execute();
  }

  /** Lets somebody in at `now`, epoch milliseconds. */
  async addMember(groupId: number, uin: string, now: number): Promise<void> {
    await this.#trx.insertInto('group_member').values({ group_id: groupId, uin, joined_at: now }).execute();
  }

  /** Takes somebody out; false when it was not in. */
  async removeMember(groupId: number, uin: string): Promise<boolean> {
    const { numDeletedRows } = await this.#trx
      .deleteFrom('group_member')
      .where('group_id', '=', groupId)
      .where('uin', '=', uin)
      .executeTakeFirst();
    return numDeletedRows === 1n;
  }
}
