import { sql, type Transaction } from 'kysely';
import type { SessionSchema } from './schema.ts';
import type { RecordingTable } from './tables/recording.ts';

/** A chunk as it is stored. */
export interface StoredChunk {
  readonly number: number;
  readonly offset: number;
  /** gzip. */
  readonly text: Uint8Array;
  readonly hash: Uint8Array;
}

/** What never changes about a recording. */
export type RecordingBeginning = Pick<RecordingTable, 'session_id' | 'account_uin' | 'with_input' | 'started_at'>;

/** What a recording's row says after a change. */
export type RecordingHead = Pick<
  RecordingTable,
  'chunks' | 'last_hash' | 'mac' | 'sealed_at' | 'duration_ms' | 'notes'
>;

/** The next part of a recording, or its end. */
export interface RecordingGrowth {
  /** None where there is only a seal to write. */
  readonly chunks: readonly StoredChunk[];
  /** How long the chunks' text is, bytes. */
  readonly textBytes: number;
  readonly head: RecordingHead;
}

/** Changes recordings; exists only inside a transaction. */
export class RecordingWriter {
  readonly #trx: Transaction<SessionSchema>;

  constructor(trx: Transaction<SessionSchema>) {
    this.#trx = trx;
  }

  /** Throws when what is there is not what this follows, or is sealed: another process writes the recording. */
  async append(beginning: RecordingBeginning, growth: RecordingGrowth): Promise<void> {
    const first = growth.head.chunks === growth.chunks.length;
    const number = first ? await this.#begin(beginning, growth) : await this.#goOn(beginning.session_id, growth);
    for (const { number: chunk, ...rest } of growth.chunks) {
      await this.#trx
        .insertInto('recording_chunk')
        .values({ recording_number: number, number: chunk, ...rest })
        .execute();
    }
  }

  async #begin(beginning: RecordingBeginning, { chunks, textBytes, head }: RecordingGrowth): Promise<number> {
    const row = await this.#trx
      .insertInto('recording')
      .values({
        ...beginning,
        ...head,
        ...{ text_bytes: textBytes, stored_bytes: bytesOf(chunks) },
        ...{ indexed_chunks: 0, screen: null, removed_at: null },
      })
      .returning('recording_number')
      .executeTakeFirstOrThrow();
    return row.recording_number;
  }

  async #goOn(sessionId: string, { chunks, textBytes, head }: RecordingGrowth): Promise<number> {
    const row = await this.#trx
      .updateTable('recording')
      .set({
        ...head,
        text_bytes: sql`text_bytes + ${textBytes}`,
        stored_bytes: sql`stored_bytes + ${bytesOf(chunks)}`,
        // what comes next on the screen is nothing
        ...(head.sealed_at !== null && { screen: sql`iif(indexed_chunks = ${head.chunks}, null, screen)` }),
      })
      .where('session_id', '=', sessionId)
      .where('chunks', '=', head.chunks - chunks.length)
      .where('sealed_at', 'is', null)
      .returning('recording_number')
      .executeTakeFirst();
    if (!row) throw new Error(`the recording of ${sessionId} is not as this process left it`);
    return row.recording_number;
  }
}

function bytesOf(chunks: readonly StoredChunk[]): number {
  return chunks.reduce((sum, { text }) => sum + text.length, 0);
}
