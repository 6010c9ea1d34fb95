import { type Kysely, sql } from 'kysely';
import { passageIds } from './recording-index.ts';
import type { SessionSchema } from './schema.ts';

/** A recording whose session is over. */
export interface KeptRecording {
  readonly recordingNumber: number;
  /** Epoch milliseconds. */
  readonly sealedAt: number;
  readonly storedBytes: number;
}

/** Finds what has grown old or too much, and removes it. */
export class RecordingRetention {
  readonly #db: Kysely<SessionSchema>;

  constructor(db: Kysely<SessionSchema>) {
    this.#db = db;
  }

  /** Every account that has recordings. */
  async accounts(): Promise<string[]> {
    const rows = await this.#db.selectFrom('recording').select('account_uin').distinct().execute();
    return rows.map((row) => row.account_uin);
  }

  /** What an account's recordings take, those of open sessions as well. */
  async totalBytes(accountUin: string): Promise<number> {
    const { total } = await this.#db
      .selectFrom('recording')
      .select(({ fn }) => fn.sum<number | null>('stored_bytes').as('total'))
      .where('account_uin', '=', accountUin)
      .where('removed_at', 'is', null)
      .executeTakeFirstOrThrow();
    return total ?? 0;
  }

  /** Those of an account that were sealed first. */
  async oldest(accountUin: string, most: number): Promise<KeptRecording[]> {
    const rows = await this.#db
      .selectFrom('recording')
      .select(['recording_number', 'sealed_at', 'stored_bytes'])
      .where('account_uin', '=', accountUin)
      .where('sealed_at', 'is not', null)
      .where('removed_at', 'is', null)
      .orderBy('sealed_at')
      .limit(most)
      .execute();
    return rows.map((row) => ({
      recordingNumber: row.recording_number,
      sealedAt: row.sealed_at!,
      storedBytes: row.stored_bytes,
    }));
  }

  /** From now on nobody sees these; what they hold is there until `purge`. */
  async remove(recordingNumbers: readonly number[], now: number): Promise<void> {
    await this.#db
      .updateTable('recording')
      .set({ removed_at: now })
      .where('recording_number', 'in', recordingNumbers)
      .where('sealed_at', 'is not', null)
      .execute();
  }

  /** A recording that is removed and still holds something. */
  async toPurge(): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('recording')
      .select('recording_number')
      .where('removed_at', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    return row?.recording_number;
  }

  /** Deletes at most `most` chunks and as many passages of it, in one transaction; then the recording itself, when nothing is left. */
  async purge(recordingNumber: number, most: number): Promise<void> {
    const { first, last } = passageIds(recordingNumber);
    await this.#db.transaction().execute(async (trx) => {
      const chunks = trx
        .selectFrom('recording_chunk')
        .select('number')
        .where('recording_number', '=', recordingNumber)
        .limit(most);
      const { numDeletedRows } = await trx
        .deleteFrom('recording_chunk')
        .where('recording_number', '=', recordingNumber)
        .where('number', 'in', chunks)
        .executeTakeFirst();
      const passages = await trx
        .selectFrom('recording_passage')
        .select('passage_id')
        .where('passage_id', '>=', first)
        .where('passage_id', '<=', last)
        .orderBy('passage_id')
        .limit(most)
        .execute();
      const end = passages.at(-1)?.passage_id;
      if (end !== undefined) {
        await sql`delete from recording_text where rowid >= ${first} and rowid <= ${end}`.execute(trx);
        await sql`delete from recording_passage where passage_id >= ${first} and passage_id <= ${end}`.execute(trx);
      }
      if (numDeletedRows > 0n || end !== undefined) return;
      await trx.deleteFrom('recording').where('recording_number', '=', recordingNumber).execute();
    });
  }
}
