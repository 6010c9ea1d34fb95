import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type Kysely, sql, type Transaction } from 'kysely';
import { folded } from '../domain/passage.ts';
import type { SeenLine } from '../domain/screen-row.ts';
import type { SessionSchema } from './schema.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Recordings that a store can number, and passages that one can have. */
const RECORDINGS = 2 ** 31;
const PASSAGES = 2 ** 22;

/** The ids that the passages of a recording have: those of newer recordings are smaller, as searches show the newest first. */
export function passageIds(recordingNumber: number): { readonly first: number; readonly last: number } {
  const first = (RECORDINGS - recordingNumber) * PASSAGES;
  return { first, last: first + PASSAGES - 1 };
}

/** The recording that a passage is of. */
export function recordingOfPassage(passageId: number): number {
  return RECORDINGS - Math.floor(passageId / PASSAGES);
}

/** Lines as they are stored, and the text that finds them. */
export interface Passage {
  readonly lines: Uint8Array;
  readonly text: string;
}

/** Compresses lines, beside the event loop. */
export async function packPassage(lines: readonly SeenLine[]): Promise<Passage> {
  return {
    lines: await compress(JSON.stringify(lines)),
    text: folded(lines.map(({ text }) => text).join('\n')),
  };
}

/** The index of what was seen in recordings. */
export class RecordingIndex {
  readonly #db: Kysely<SessionSchema>;

  constructor(db: Kysely<SessionSchema>) {
    this.#db = db;
  }

  /** Recordings with chunks that cannot be searched yet, of one account or of all. */
  async due(accountUin: string | undefined, most: number): Promise<number[]> {
    let query = this.#db
      .selectFrom('recording')
      .select('recording_number')
      .whereRef('indexed_chunks', '<', 'chunks')
      .where('removed_at', 'is', null);
    if (accountUin !== undefined) query = query.where('account_uin', '=', accountUin);
    const rows = await query.orderBy('recording_number').limit(most).execute();
    return rows.map((row) => row.recording_number);
  }

  /** How far a recording is, and how far it can be searched; undefined when it was removed. */
  async progress(recordingNumber: number) {
    return this.#db
      .selectFrom('recording')
      .select(['chunks', 'indexed_chunks', 'screen', 'sealed_at'])
      .where('recording_number', '=', recordingNumber)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
  }

  /** Ids past `after` of passages that may hold the text, in their order. */
  async candidates(
    query: string,
    { after, last, most }: { after: number; last: number; most: number },
  ): Promise<number[]> {
    const { rows } = await sql<{ rowid: number }>`
      select rowid from recording_text
      where recording_text match ${query} and rowid > ${after} and rowid <= ${last}
      order by rowid limit ${most}
    `.execute(this.#db);
    return rows.map(({ rowid }) => rowid);
  }

  /** The lines of a passage; none when it was removed meanwhile. */
  async lines(passageId: number): Promise<SeenLine[]> {
    const row = await this.#db
      .selectFrom('recording_passage')
      .select('lines')
      .where('passage_id', '=', passageId)
      .executeTakeFirst();
    return row ? JSON.parse((await decompress(row.lines)).toString()) : [];
  }
}

/** What was read of a recording since the last time. */
export interface IndexedPart {
  readonly recordingNumber: number;
  /** How many chunks could be searched before, and how many can be now. */
  readonly before: number;
  readonly now: number;
  /** The number of the first passage. */
  readonly firstPassage: number;
  readonly passages: readonly Passage[];
  readonly screen: Uint8Array | null;
}

/** Makes a part of a recording searchable, unless that was done meanwhile or the recording is gone. */
export async function addToIndex(trx: Transaction<SessionSchema>, part: IndexedPart): Promise<void> {
  const bytes = part.passages.reduce((sum, { lines }) => sum + lines.length, 0);
  const { numUpdatedRows } = await trx
    .updateTable('recording')
    .set({ indexed_chunks: part.now, screen: part.screen, stored_bytes: sql`stored_bytes + ${bytes}` })
    .where('recording_number', '=', part.recordingNumber)
    .where('indexed_chunks', '=', part.before)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  const { first } = passageIds(part.recordingNumber);
  for (const [index, { lines, text }] of part.passages.entries()) {
    const passage_id = first + part.firstPassage + index;
    await trx.insertInto('recording_passage').values({ passage_id, lines }).execute();
    await sql`insert into recording_text (rowid, text) values (${passage_id}, ${text})`.execute(trx);
  }
}
