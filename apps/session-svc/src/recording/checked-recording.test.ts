import { gunzipSync, gzipSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { liveSession, recordingStore } from '../../tests/recordings.ts';
import { RecordingReader } from '../store/recording-reader.ts';
import type { SessionSchema } from '../store/schema.ts';
import { checkedRecording } from './checked-recording.ts';
import { RecordingMac } from './recording-mac.ts';

const ID = 'ses-live0001';
const bytes = (text: string) => new TextEncoder().encode(text);

/** What somebody does who can write to the file. */
type Meddling = (file: Kysely<SessionSchema>) => Promise<unknown>;

/** A recording of three chunks in a file, what somebody does to that file, and what is found afterwards. */
async function found(meddle: Meddling, { sealed = true, from = 0 } = {}) {
  await using store = await recordingStore();
  let recorder = await store.begin();
  for (const text of ['first', 'second', 'third']) {
    recorder.output(bytes(text));
    await recorder.close();
    recorder = await store.open(liveSession());
  }
  if (sealed) await recorder.seal();
  await store.meddle(meddle);
  const reader = new RecordingReader(store.db);
  const recording = (await reader.ofSession(ID))!;
  const chunks = checkedRecording(reader, recording, { from, mac: new RecordingMac(store.vault) });
  for (let given = 0; ; given++) {
    const { done, value } = await chunks.next();
    if (done) return { given, ...value! };
  }
}

const run =
  (...statements: string[]): Meddling =>
  async (file) => {
    for (const statement of statements) await sql.raw(statement).execute(file);
  };

/** Writes another text into a chunk, as the service would store it. */
const rewrite =
  (number: number, change: (text: string) => string): Meddling =>
  async (file) => {
    const chunk = file.selectFrom('recording_chunk').select('text').where('number', '=', number);
    const { text } = await chunk.executeTakeFirstOrThrow();
    const changed = gzipSync(change(gunzipSync(text).toString()));
    await file.updateTable('recording_chunk').set({ text: changed }).where('number', '=', number).execute();
  };

const CUT = [
  'update recording set chunks = 2, last_hash = (select hash from recording_chunk where number = 1)',
  'delete from recording_chunk where number = 2',
];

describe('T19: a recording', () => {
  it('is given whole, and says so', async () => {
    expect(await found(run())).toMatchObject({ given: 3, sealed: true, fault: undefined });
    expect(await found(run(), { from: 2 })).toMatchObject({ given: 1, sealed: true, fault: undefined });
    expect(await found(run(), { sealed: false })).toMatchObject({
      given: 3,
      sealed: false,
      fault: undefined,
    });
  });

  it.each<[string, Meddling, given: number, fault: string]>([
    ['lacks its last byte', rewrite(2, (text) => text.slice(0, -1)), 2, 'chunk 2 was changed'],
    ['was changed', rewrite(1, (text) => text.replace('second', 'sec0nd')), 1, 'chunk 1 was changed'],
    ['is damaged', run("update recording_chunk set text = x'00' where number = 0"), 0, 'chunk 0 was'],
    [
      'has two chunks in the place of each other',
      run(
        'update recording_chunk set number = 9 where number = 0',
        'update recording_chunk set number = 0 where number = 1',
        'update recording_chunk set number = 1 where number = 9',
      ),
      0,
      'chunk 0 was changed',
    ],
    ['lacks a chunk', run('delete from recording_chunk where number = 1'), 1, 'chunk 1 is missing'],
    ['lacks its end', run('delete from recording_chunk where number = 2'), 2, 'chunk 2 is missing'],
    ['lacks its end, and its row was made to fit', run(...CUT), 2, 'the seal is not that of this recording'],
    ['lacks its seal', run('update recording set sealed_at = null'), 3, 'the seal is not that of this recording'],
    ['has another seal', run("update recording set mac = x'0000'"), 3, 'the seal is not that of this recording'],
    [
      'has a chunk too many',
      run(
        'insert into recording_chunk (recording_number, number, "offset", text, hash) select recording_number, 3, "offset", text, hash from recording_chunk where number = 2',
      ),
      3,
      'there is more than was sealed',
    ],
  ])('that %s is found out', async (_, meddle, given, fault) => {
    const outcome = await found(meddle);
    expect(outcome.given).toBe(given);
    expect(outcome.fault).toContain(fault);
  });

  it('of an open session that was cut is found out, and is not continued', async () => {
    expect((await found(run(...CUT), { sealed: false })).fault).toContain('not that of this recording');
    await using store = await recordingStore();
    const recorder = await store.begin();
    recorder.output(bytes('first'));
    await recorder.close();
    await store.meddle(run("update recording_chunk set hash = x'00'"));
    await expect(store.open(liveSession())).rejects.toThrow('was changed');
  });
});
