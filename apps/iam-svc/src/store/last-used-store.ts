import { type Kysely, sql } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { LastUsedTable } from './tables/last-used.ts';

/** Which uses of an account are wanted. */
export interface UsageFilter {
  readonly accountUin: string;
  readonly uin: string | undefined;
  readonly action: string | undefined;
}

/** Rows that one statement takes at most: SQLite allows 32,766 values. */
const MOST_ROWS = 1_000;

/** When each principal last used each action, and how often. */
export class LastUsedStore {
  readonly #db: Kysely<IamSchema>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
  }

  /** Adds to the counts, all or none of it. */
  async add(uses: readonly LastUsedTable[]): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (let from = 0; from < uses.length; from += MOST_ROWS) {
        await trx
          .insertInto('last_used')
          .values(uses.slice(from, from + MOST_ROWS))
          .onConflict((conflict) =>
            conflict.columns(['account_uin', 'uin', 'action']).doUpdateSet({
              last_used_at: sql`max(last_used.last_used_at, excluded.last_used_at)`,
              count: sql`last_used.count + excluded.count`,
            }),
          )
          .execute();
      }
    });
  }

  /** One page, newest first. */
  list(filter: UsageFilter, { offset, limit }: { offset: number; limit: number }): Promise<LastUsedTable[]> {
    return this.#of(filter)
      .selectAll()
      .orderBy('last_used_at', 'desc')
      .orderBy('uin')
      .orderBy('action')
      .limit(limit)
      .offset(offset)
      .execute();
  }

  async count(filter: UsageFilter): Promise<number> {
    const { count } = await this.#of(filter)
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  #of({ accountUin, uin, action }: UsageFilter) {
    let query = this.#db.selectFrom('last_used').where('account_uin', '=', accountUin);
    if (uin !== undefined) query = query.where('uin', '=', uin);
    if (action !== undefined) query = query.where('action', '=', action);
    return query;
  }
}
