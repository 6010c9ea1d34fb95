import { setImmediate } from 'node:timers/promises';
import type { Filter } from '@muster/command';
import type { Kysely } from 'kysely';
import { type Found, indexQuery, placesIn } from '../domain/passage.ts';
import { passageIds, RecordingIndex, recordingOfPassage } from '../store/recording-index.ts';
import { type ListedRecording, RecordingList } from '../store/recording-list.ts';
import type { SessionSchema } from '../store/schema.ts';

/** Passages that may hold the text, and are looked through before others get their turn. */
const PAGE = 64;

/** What is looked for, and where. */
export interface Search {
  /** Folded, one line, at least three characters. */
  readonly query: string;
  readonly accountUin: string;
  readonly filters: readonly Filter[];
  readonly signal: AbortSignal;
  /** Says for each of these recordings whether it may be read. */
  readonly mayRead: (recordings: readonly ListedRecording[]) => Promise<readonly boolean[]>;
}

/** A place in a recording that may be read. */
export interface Hit extends Found {
  readonly recording: ListedRecording;
}

/** Finds every place where the text stood, the newest recordings first. Holds some passages at a time, and lets others work in between. */
export async function* searchRecordings(db: Kysely<SessionSchema>, search: Search): AsyncGenerator<Hit> {
  const index = new RecordingIndex(db);
  const list = new RecordingList(db);
  const range = await list.range(search);
  if (!range) return;
  const query = indexQuery(search.query);
  const { last } = passageIds(range.first);
  let after = passageIds(range.last).first - 1;
  const told = new Told();
  while (!search.signal.aborted) {
    const ids = await index.candidates(query, { after, last, most: PAGE });
    const readable = await readableOf(list, ids, search);
    for (const id of ids) {
      const recording = readable.get(recordingOfPassage(id));
      if (recording) yield* told.fresh(recording, await index.lines(id), search.query);
    }
    if (ids.length < PAGE) return;
    after = ids.at(-1)!;
    await setImmediate();
  }
}

async function readableOf(
  list: RecordingList,
  passages: readonly number[],
  search: Search,
): Promise<Map<number, ListedRecording>> {
  const numbers = [...new Set(passages.map(recordingOfPassage))];
  const own = numbers.length === 0 ? [] : await list.byNumbers(numbers, search);
  const allowed = own.length === 0 ? [] : await search.mayRead(own);
  return new Map(own.filter((_, at) => allowed[at]).map((recording) => [recording.recording_number, recording]));
}

/** Which places of the recording at hand were given: a row that changes is stored several times, with what stays of it. */
class Told {
  #recording = -1;
  #places = new Set<string>();

  *fresh(
    recording: ListedRecording,
    lines: Awaited<ReturnType<RecordingIndex['lines']>>,
    query: string,
  ): Generator<Hit> {
    if (recording.recording_number !== this.#recording) this.#places = new Set();
    this.#recording = recording.recording_number;
    for (const line of lines) {
      for (const found of placesIn(line, query)) {
        const place = `${found.row} ${found.column} ${found.at}`;
        if (this.#places.has(place)) continue;
        this.#places.add(place);
        yield { ...found, recording };
      }
    }
  }
}
