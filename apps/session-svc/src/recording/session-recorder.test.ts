import { eventually, noSmallDisk, smallDisk } from '@muster/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsOf, liveSession, printedIn, recordingStore, START } from '../../tests/recordings.ts';

const ID = 'ses-live0001';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a recording', () => {
  it('holds what was printed, resized and noted, with times from its start', async () => {
    await using store = await recordingStore();
    const recorder = await store.begin();
    store.clock.at = START + 250;
    recorder.output(bytes('\u001b[1m$ \u001b[0m'));
    store.clock.at = START + 1_500;
    recorder.resized(80, 24);
    recorder.resized(100, 30);
    recorder.output(bytes('漢'));
    await recorder.seal();
    const text = await store.text(ID);
    expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({
      ...{ version: 2, width: 80, height: 24, timestamp: START / 1_000, title: 'ubuntu on ins-00000001' },
    });
    expect(eventsOf(text)).toEqual([
      [0.25, 'o', '\u001b[1m$ \u001b[0m'],
      [1.5, 'r', '100x30'],
      [1.5, 'o', '漢'],
    ]);
  });

  it('is committed by itself within a second or so, and says how far', async () => {
    await using store = await recordingStore();
    const heard = Promise.withResolvers<number>();
    const recorder = await store.begin({}, { onCommitted: () => heard.resolve(recorder.committed) });
    recorder.output(bytes('hello'));
    expect([recorder.next, recorder.committed]).toEqual([5, 0]);
    expect(await heard.promise).toBe(5);
    expect(printedIn(await store.text(ID))).toBe('hello');
  });

  it('is cut into chunks of about 64 KiB, which are committed at once', async () => {
    await using store = await recordingStore();
    const recorder = await store.begin();
    for (let part = 0; part < 40; part++) recorder.output(bytes('x'.repeat(10_000)));
    await recorder.seal();
    const { chunks } = await store.db.selectFrom('recording').selectAll().executeTakeFirstOrThrow();
    expect(chunks).toBeGreaterThan(4);
    expect(chunks).toBeLessThan(8);
    expect(printedIn(await store.text(ID))).toBe('x'.repeat(400_000));
  });

  it('counts as committed only whole characters, and is continued there by another process without hole or repeat', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map(bytes),
        fc.nat(40),
        async (whole, at) => {
          await using store = await recordingStore();
          const first = await store.begin();
          first.output(whole.subarray(0, at));
          await first.close();
          await store.reopen();
          const second = await store.open(liveSession());
          expect(second.next).toBe(first.committed);
          second.output(whole.subarray(second.next));
          await second.seal();
          expect(printedIn(await store.text(ID))).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keeps its clock over a restart of the service', async () => {
    await using store = await recordingStore();
    const first = await store.begin();
    store.clock.at = START + 5_000;
    first.output(bytes('a'));
    await first.close();
    store.clock.at = START + 3_000;
    const second = await store.open(liveSession());
    second.output(bytes('b'));
    store.clock.at = START + 7_000;
    second.output(bytes('c'));
    await second.seal();
    expect(eventsOf(await store.text(ID)).map(([time]) => time)).toEqual([5, 5, 7]);
  });

  it('says where output is missing that the machine no longer had', async () => {
    await using store = await recordingStore();
    const recorder = await store.begin();
    recorder.output(bytes('ab'));
    recorder.missed(12);
    recorder.output(bytes('c'));
    await recorder.seal();
    expect(eventsOf(await store.text(ID)).map(([, kind, data]) => [kind, data])).toEqual([
      ['o', 'ab'],
      ['m', '10 bytes of output are missing'],
      ['o', 'c'],
    ]);
    expect([recorder.next, recorder.committed]).toEqual([13, 13]);
  });

  it('is none when nothing happened', async () => {
    await using store = await recordingStore();
    await (await store.begin()).seal();
    expect(await store.db.selectFrom('recording').selectAll().execute()).toEqual([]);
  });

  it('is not continued once it is sealed, nor by two at a time', async () => {
    await using store = await recordingStore();
    const heard = Promise.withResolvers<string>();
    const recorder = await store.begin();
    recorder.output(bytes('a'));
    await recorder.close();
    const one = await store.open(liveSession());
    const other = await store.open(liveSession(), { onLost: heard.resolve }, { lostAfterMs: 0 });
    one.output(bytes('one'));
    await one.seal();
    other.output(bytes('other'));
    await other.seal();
    expect(await heard.promise).toContain('could not be written');
    expect(printedIn(await store.text(ID))).toBe('aone');
    await expect(store.open(liveSession())).rejects.toThrow('sealed');
  });
});

describe('what was typed', () => {
  const typed = async (recordInput: number) => {
    await using store = await recordingStore();
    const recorder = await store.begin({ record_input: recordInput });
    recorder.output(bytes('$ '));
    recorder.input(bytes('su\r'));
    for (const _ of 'hunter2') recorder.input(new Uint8Array());
    recorder.input(Uint8Array.of(0xe6, 0xbc));
    recorder.input(Uint8Array.of(0xa2));
    await recorder.seal();
    return eventsOf(await store.text(ID)).map(([, kind, data]) => [kind, data]);
  };

  it('is not in a recording unless its session says so', async () => {
    expect(await typed(0)).toEqual([['o', '$ ']]);
  });

  it('is there when it does, and of what was typed unseen only that it was', async () => {
    expect(await typed(1)).toEqual([
      ['o', '$ '],
      ['i', 'su\r'],
      ['m', 'typed without being shown'],
      ['i', '漢'],
    ]);
  });
});

describe('a session', () => {
  it('that copies files keeps its notes, each once, and nothing that its programs say to each other', async () => {
    await using store = await recordingStore();
    const first = await store.begin({ kind: 'FILES', record_input: 1 });
    first.output(bytes('frames'));
    first.note(1, 'put /etc/motd');
    first.note(1, 'put /etc/motd');
    expect([first.next, first.committed]).toEqual([6, 6]);
    await first.close();
    const second = await store.open(liveSession({ kind: 'FILES', record_input: 1 }));
    second.note(1, 'put /etc/motd');
    second.note(2, 'get /etc/hosts');
    await second.seal();
    expect(eventsOf(await store.text(ID)).map(([, kind, data]) => [kind, data])).toEqual([
      ['m', 'put /etc/motd'],
      ['m', 'get /etc/hosts'],
    ]);
  });

  it.each([{ record_output: 0 }, { kind: 'FORWARD' as const }])(
    'that is not recorded leaves nothing, and calls all of its output dealt with (%o)',
    async (change) => {
      await using store = await recordingStore();
      const heard = Promise.withResolvers<void>();
      const recorder = await store.begin(change, { onCommitted: heard.resolve });
      recorder.output(bytes('secret'));
      recorder.note(1, 'secret');
      recorder.input(bytes('secret'));
      await heard.promise;
      expect([recorder.next, recorder.committed]).toEqual([6, 6]);
      recorder.missed(60);
      expect([recorder.next, recorder.committed]).toEqual([60, 60]);
      await recorder.seal();
      expect(await store.db.selectFrom('recording').selectAll().execute()).toEqual([]);
    },
  );
});

describe('with a full disk', () => {
  /** Puts a recorder on a small disk and fills that. */
  async function onFullDisk(lostAfterMs: number, skip: (condition: boolean, note?: string) => void) {
    const unable = noSmallDisk();
    skip(unable !== undefined, unable);
    const disk = smallDisk(4);
    const store = await recordingStore({ folder: { path: disk.path, [Symbol.dispose]: () => disk[Symbol.dispose]() } });
    const lost = Promise.withResolvers<string>();
    await (await store.begin()).close();
    const recorder = await store.open(liveSession(), { onLost: lost.resolve }, { lostAfterMs });
    recorder.output(bytes('before'));
    await eventually('the first commit', () => recorder.committed === 6);
    disk.fill();
    // what is left in pages that the log has already is used up first
    let given = 'before';
    for (;;) {
      const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(40_000))).toString('base64');
      const upTo = recorder.next + noise.length;
      recorder.output(bytes(noise));
      given += noise;
      const taken = await eventually('a word of the store', () => {
        if (recorder.committed === upTo) return 'taken';
        return logged(store) ? 'refused' : undefined;
      });
      if (taken === 'refused') return { store, disk, recorder, lost: lost.promise, given };
    }
  }
  const logged = (store: Awaited<ReturnType<typeof recordingStore>>) => store.errors.length > 0;

  it('a recording acknowledges nothing, and goes on where it was once there is room', async ({ skip }) => {
    const { store, disk, recorder, given } = await onFullDisk(60_000, skip);
    await using _store = store;
    expect(recorder.committed).toBeLessThan(recorder.next);
    disk.free();
    await eventually('the rest', () => recorder.committed === recorder.next);
    await recorder.seal();
    expect(printedIn(await store.text(ID))).toBe(given);
  });

  it('no shell stays open unrecorded: after a while its session is told to end', async ({ skip }) => {
    const { store, disk, recorder, lost } = await onFullDisk(1_500, skip);
    await using _store = store;
    expect(await lost).toBe('the recording could not be written');
    const { committed } = recorder;
    await recorder.seal();
    disk.free();
    const { sealed_at } = await store.db.selectFrom('recording').selectAll().executeTakeFirstOrThrow();
    expect(sealed_at).toBeNull();
    expect(printedIn(await store.text(ID))).toHaveLength(committed);
  });
});
