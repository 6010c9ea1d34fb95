import { gunzipSync, gzipSync } from 'node:zlib';
import SQLite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { liveSession, recordingStore } from '../../tests/recordings.ts';
import { RecordingReader } from '../store/recording-reader.ts';
import { checkedRecording } from './checked-recording.ts';
import { RecordingMac } from './recording-mac.ts';

const ID = 'ses-live0001';
const bytes = (text: string) => new TextEncoder().encode(text);

/** A recording of three chunks in a file, what somebody does to that file, and what is found afterwards. */
async function found(meddle: (file: SQLite.Database) => void, { sealed = true, from = 0 } = {}) {
  await using store = await recordingStore();
  let recorder = await store.begin();
  for (const text of ['first', 'second', 'third']) {
    recorder.output(bytes(text));
    await recorder.close();
    recorder = await store.open(liveSession());
  }
  if (sealed) await recorder.seal();
  const file = new SQLite(store.file);
  meddle(file);
  file.close();
  await store.reopen();
  const reader = new RecordingReader(store.db);
  const recording = (await reader.ofSession(ID))!;
  const chunks = checkedRecording(reader, recording, { from, mac: new RecordingMac(store.vault) });
  for (let given = 0; ; given++) {
    const { done, value } = await chunks.next();
    if (done) return { given, ...value! };
  }
}

/** Writes another text into a chunk, as the service would store it. */
function rewrite(file: SQLite.Database, number: number, change: (text: string) => string): void {
  const text = file.prepare('select text from recording_chunk where number = ?').pluck().get(number) as Buffer;
  const changed = gzipSync(change(gunzipSync(text).toString()));
  file.prepare('update recording_chunk set text = ? where number = ?').run(changed, number);
}

describe('T19: a recording', () => {
  it('is given whole, and says so', async () => {
    expect(await found(() => undefined)).toMatchObject({ given: 3, sealed: true, fault: undefined });
    expect(await found(() => undefined, { from: 2 })).toMatchObject({ given: 1, sealed: true, fault: undefined });
    expect(await found(() => undefined, { sealed: false })).toMatchObject({
      given: 3,
      sealed: false,
      fault: undefined,
    });
  });

  it.each<[string, (file: SQLite.Database) => void, given: number, fault: string]>([
    ['lacks its last byte', (file) => rewrite(file, 2, (text) => text.slice(0, -1)), 2, 'chunk 2 was changed'],
    ['was changed', (file) => rewrite(file, 1, (text) => text.replace('second', 'sec0nd')), 1, 'chunk 1 was changed'],
    ['is damaged', (file) => file.exec("update recording_chunk set text = x'00' where number = 0"), 0, 'chunk 0 was'],
    [
      'has two chunks in the place of each other',
      (file) =>
        file.exec(
          'update recording_chunk set number = 9 where number = 0; update recording_chunk set number = 0 where number = 1; update recording_chunk set number = 1 where number = 9',
        ),
      0,
      'chunk 0 was changed',
    ],
    ['lacks a chunk', (file) => file.exec('delete from recording_chunk where number = 1'), 1, 'chunk 1 is missing'],
    ['lacks its end', (file) => file.exec('delete from recording_chunk where number = 2'), 2, 'chunk 2 is missing'],
    [
      'lacks its end, and its row was made to fit',
      (file) =>
        file.exec(
          'update recording set chunks = 2, last_hash = (select hash from recording_chunk where number = 1); delete from recording_chunk where number = 2',
        ),
      2,
      'the seal is not that of this recording',
    ],
    [
      'lacks its seal',
      (file) => file.exec('update recording set sealed_at = null'),
      3,
      'the seal is not that of this recording',
    ],
    [
      'has another seal',
      (file) => file.exec("update recording set mac = x'0000'"),
      3,
      'the seal is not that of this recording',
    ],
    [
      'has a chunk too many',
      (file) =>
        file.exec(
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
    const cut = (file: SQLite.Database) =>
      file.exec(
        'update recording set chunks = 2, last_hash = (select hash from recording_chunk where number = 1); delete from recording_chunk where number = 2',
      );
    expect((await found(cut, { sealed: false })).fault).toContain('not that of this recording');
    await using store = await recordingStore();
    const recorder = await store.begin();
    recorder.output(bytes('first'));
    await recorder.close();
    const file = new SQLite(store.file);
    file.exec("update recording_chunk set hash = x'00'");
    file.close();
    await expect(store.open(liveSession())).rejects.toThrow('was changed');
  });
});
