import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Chunk } from '@muster/terminal';
import type { Kysely, Selectable } from 'kysely';
import type { SessionSchema } from './schema.ts';
import type { RecordingTable } from './tables/recording.ts';

export type Recording = Readonly<Selectable<RecordingTable>>;

const decompress = promisify(gunzip);

/** Reads recordings. */
export class RecordingReader {
  readonly #db: Kysely<SessionSchema>;

  constructor(db: Kysely<SessionSchema>) {
    this.#db = db;
  }

  /** The recording of a session, unless it was removed. */
  async ofSession(sessionId: string): Promise<Recording | undefined> {
    return this.#db
      .selectFrom('recording')
      .selectAll()
      .where('session_id', '=', sessionId)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
  }

  /** The chunk of this number, if it is there. Rejects when it cannot be decompressed. */
  async chunk(recordingNumber: number, number: number): Promise<Chunk | undefined> {
    const row = await this.#db
      .selectFrom('recording_chunk')
      .select(['number', 'offset', 'text', 'hash'])
      .where('recording_number', '=', recordingNumber)
      .where('number', '=', number)
      .executeTakeFirst();
    return row && { ...row, text: (await decompress(row.text)).toString() };
  }
}
