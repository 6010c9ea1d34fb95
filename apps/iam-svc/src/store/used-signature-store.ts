import { groupCommit } from '@muster/db';
import type { Kysely } from 'kysely';
import type { IamSchema } from './schema.ts';
import type { UsedSignatureTable } from './tables/used-signature.ts';

/**
 * Which signatures were used, and what for. No decision rests on them, so they are written beside the service's other commits: many in
 * one, and without a new stamp of the entities.
 */
export class UsedSignatureStore {
  readonly #db: Kysely<IamSchema>;
  readonly #commit: ReturnType<typeof groupCommit<IamSchema>>;

  constructor(db: Kysely<IamSchema>) {
    this.#db = db;
    this.#commit = groupCommit(db);
  }

  /** What a signature was used for; undefined when it was not. */
  async purposeOf(signature: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('used_signature')
      .select('purpose')
      .where('signature', '=', signature)
      .executeTakeFirst();
    return row?.purpose;
  }

  /** Takes note of one, and resolves once that is committed: false when it was there before. */
  insert(row: UsedSignatureTable): Promise<boolean> {
    return this.#commit(async (trx) => {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('used_signature')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    });
  }
}
