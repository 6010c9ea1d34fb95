import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Kysely } from 'kysely';
import type { SeenLine } from '../domain/screen-row.ts';
import { SeenText, type SeenTextState } from '../domain/seen-text.ts';
import { addToIndex, type Passage, packPassage, RecordingIndex } from '../store/recording-index.ts';
import { RecordingReader } from '../store/recording-reader.ts';
import type { SessionSchema } from '../store/schema.ts';

/** How often it is looked for what can be searched next. */
const EVERY_MS = 10_000;
/** Chunks that are read before what they hold is written: others write to the store as well. */
const MOST_CHUNKS = 2;
const MOST_RECORDINGS = 100;
/** Characters of a passage. */
const PASSAGE_LENGTH = 32_768;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** What is kept of a recording between two times, compressed in its row. */
interface Kept {
  readonly seen: SeenTextState;
  readonly passages: number;
}

/** Makes recordings searchable, some seconds behind what is committed. */
export interface Indexer extends AsyncDisposable {
  /** Resolves once all that this account's recordings held when it was called can be searched. */
  catchUp(accountUin: string): Promise<void>;
}

/** Starts it. Everything that it knows is in the store, so that it goes on after a restart, and between chunks, as if there was none. */
export function startIndexer(
  db: Kysely<SessionSchema>,
  { everyMs = EVERY_MS, onError }: { readonly everyMs?: number; readonly onError: (error: unknown) => void },
): Indexer {
  const index = new RecordingIndex(db);
  const reader = new RecordingReader(db);
  let stopped = false;
  let working: Promise<void> = Promise.resolve();

  /** Reads some chunks of a recording more; false when there are none before `until`, or the recording is gone. */
  const advance = async (recordingNumber: number, until: number): Promise<boolean> => {
    const progress = await index.progress(recordingNumber);
    if (stopped || !progress || progress.indexed_chunks >= until) return false;
    const { indexed_chunks: before, screen: put, chunks, sealed_at: sealedAt } = progress;
    const kept: Kept | undefined = put ? JSON.parse((await decompress(put)).toString()) : undefined;
    const seen = new SeenText(kept?.seen);
    const now = Math.min(until, before + MOST_CHUNKS);
    for (let number = before; number < now; number++) {
      // one that is gone or damaged is told of by whoever reads the recording
      const chunk = await reader.chunk(recordingNumber, number).catch(() => undefined);
      if (chunk) seen.read(chunk.text);
      await setImmediate();
    }
    const firstPassage = kept?.passages ?? 0;
    const passages = await Promise.all(passagesOf(seen.take()));
    const next: Kept = { seen: seen.state, passages: firstPassage + passages.length };
    const screen = sealedAt === null || now < chunks ? await compress(JSON.stringify(next)) : null;
    await db
      .transaction()
      .execute((trx) => addToIndex(trx, { recordingNumber, before, now, firstPassage, passages, screen }));
    return true;
  };

  const work = async (accountUin?: string) => {
    for (const recordingNumber of await index.due(accountUin, MOST_RECORDINGS)) {
      const { chunks = 0 } = (await index.progress(recordingNumber)) ?? {};
      while (await advance(recordingNumber, chunks));
    }
  };
  /** One after the other: two would read the same. */
  const enqueue = (accountUin?: string): Promise<void> => {
    const done = working.then(() => work(accountUin));
    working = done.catch(onError);
    return done;
  };
  let idle = true;
  const timer = setInterval(() => {
    if (!idle) return;
    idle = false;
    void enqueue()
      .catch(() => undefined)
      .finally(() => {
        idle = true;
      });
  }, everyMs);
  return {
    catchUp: (accountUin) => enqueue(accountUin),
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearInterval(timer);
      await working;
    },
  };
}

function* passagesOf(lines: readonly SeenLine[]): Generator<Promise<Passage>> {
  let next: SeenLine[] = [];
  let length = 0;
  for (const line of lines) {
    next.push(line);
    length += line.text.length;
    if (length < PASSAGE_LENGTH) continue;
    yield packPassage(next);
    next = [];
    length = 0;
  }
  if (next.length > 0) yield packPassage(next);
}
