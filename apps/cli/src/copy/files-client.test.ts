import { type FilesAnswer, type FilesRequest, filesAnswers, filesRequests, MessageStream } from '@muster/terminal';
import { describe, expect, it } from 'vitest';
import { FilesClient, type Sink } from './files-client.ts';

const about = { mode: 0o644, modified: 0, uid: 0, gid: 0, owner: '', group: '' };
const entry = (name: string, entryKind = 1): FilesAnswer => ({
  ...{ kind: 'entry', name, entryKind, leadsTo: entryKind, size: 1, target: '' },
  ...about,
});
const DONE: FilesAnswer = { kind: 'done', sha256: '', made: false, unknownOwner: '' };
const FAULT: FilesAnswer = { kind: 'fault', code: 'full', detail: 'ENOSPC' };

/** A machine that answers as it is told. */
function machine() {
  const stream = new MessageStream({ incoming: filesRequests, outgoing: filesAnswers });
  const heard: FilesRequest[] = [];
  const client = new FilesClient(async (bytes) => {
    heard.push(...stream.read(new Uint8Array(bytes)));
  });
  return {
    client,
    heard,
    /** Resolves once it was asked so often. */
    asked: (count: number) => expect.poll(() => heard.length, { interval: 1 }).toBe(count),
    say: (...answers: FilesAnswer[]) => client.receive(Buffer.concat(answers.map((each) => stream.write(each)))),
  };
}

/** Keeps what it gets. */
function keeping(): Sink & { readonly got: Uint8Array[] } {
  const got: Uint8Array[] = [];
  return {
    got,
    begin: async () => undefined,
    data: async (bytes) => void got.push(new Uint8Array(bytes)),
    end: async () => undefined,
  };
}

const content = (bytes: Uint8Array) => ({
  hashUpTo: async (length: number) => `hash of ${length}`,
  startAnew: () => undefined,
  bytes: async function* () {
    yield bytes;
  },
  end: async () => 'hash of all',
});
const put = { path: '/x', size: 3, ...about, keepOwner: false };

describe('T11: a hostile machine', () => {
  it.each(['..', '.', '', '/etc/cron.d/x', '../../x', 'a\0b'])(
    'that lists `%s` is not listened to any more',
    async (name) => {
      const { client, asked, say } = machine();
      const listed = client.list('/srv');
      listed.catch(() => undefined);
      await asked(1);
      await expect(say(entry('fine'), entry(name), DONE)).rejects.toThrow('a listing that is none');
      client.lost(new Error('over'));
      await expect(listed).rejects.toThrow('over');
    },
  );

  it('that lists a name twice is not, for the second would be written through the first', async () => {
    const { client, asked, say } = machine();
    void client.list('/srv').catch(() => undefined);
    await asked(1);
    await expect(say(entry('a', 3), entry('a', 2))).rejects.toThrow('a listing that is none');
  });

  it('is not, with an answer to nothing', async () => {
    await expect(machine().say(DONE)).rejects.toThrow('an answer that nobody waits for');
  });

  it('has nothing where it says that something of no kind is', async () => {
    const { client, asked, say } = machine();
    const looked = client.look('/srv');
    await asked(1);
    await say(entry('a', 9));
    await expect(looked).rejects.toThrow('an entry of no kind');
  });

  it.each<[string, string, FilesAnswer[]]>([
    ['data before the file begins', 'out of turn', [{ kind: 'data', bytes: Uint8Array.of(1) }]],
    [
      'a file that begins where nobody asked',
      'a file that begins elsewhere',
      [{ kind: 'begin', from: 5, size: 9, ...about }],
    ],
    [
      'a file that begins twice',
      'out of turn',
      [
        { kind: 'begin', from: 0, size: 9, ...about },
        { kind: 'begin', from: 0, size: 9, ...about },
      ],
    ],
    ['something else in the middle', 'out of turn', [{ kind: 'begin', from: 0, size: 9, ...about }, DONE]],
  ])('is not, with %s', async (_, why, answers) => {
    const { client, asked, say } = machine();
    void client.get('/x', { from: 0, prefix: '' }, keeping()).catch(() => undefined);
    await asked(1);
    await expect(say(...answers)).rejects.toThrow(why);
  });
});

describe('a file that is got', () => {
  it('goes on where the other side agrees, and comes once', async () => {
    const { client, heard, asked, say } = machine();
    const sink = keeping();
    const got = client.get('/x', { from: 5, prefix: 'abc' }, sink);
    await asked(1);
    await say(
      { kind: 'begin', from: 5, size: 6, ...about },
      { kind: 'data', bytes: Uint8Array.of(9) },
      { kind: 'end', sha256: 'x' },
    );
    await got;
    expect(heard).toEqual([{ kind: 'get', path: '/x', from: 5, prefix: 'abc' }]);
    expect(sink.got).toEqual([Uint8Array.of(9)]);
  });

  it('that cannot be written here fails alone: what is left of it passes, and the next one is answered', async () => {
    const { client, asked, say } = machine();
    const broken = { ...keeping(), data: () => Promise.reject(new Error('disk')) };
    const first = client.get('/x', { from: 0, prefix: '' }, broken);
    const second = client.get('/y', { from: 0, prefix: '' }, keeping());
    const file = [
      { kind: 'begin', from: 0, size: 1, ...about },
      { kind: 'data', bytes: Uint8Array.of(1) },
      { kind: 'end', sha256: 'x' },
    ] satisfies FilesAnswer[];
    first.catch(() => undefined);
    await asked(2);
    await say(...file, ...file);
    await expect(first).rejects.toThrow('disk');
    await second;
  });
});

describe('a file that is put', () => {
  it('goes on where it was when the other side has its beginning', async () => {
    const { client, heard, asked, say } = machine();
    let sent = 0;
    const done = client.put({ ...put, resumable: true }, content(Uint8Array.of(3)), (bytes) => {
      sent += bytes;
    });
    await asked(1);
    await say({ kind: 'ready', from: 2, prefix: 'hash of 2' });
    await asked(4);
    await say({ ...DONE, sha256: 'hash of all' } as FilesAnswer);
    await done;
    expect(heard.map(({ kind }) => kind)).toEqual(['put', 'go', 'data', 'end']);
    expect(heard[1]).toEqual({ kind: 'go', from: 2 });
    expect(sent).toBe(3);
  });

  it('begins anew when the other side has something else, or says that it has more than there is', async () => {
    for (const ready of [
      { kind: 'ready', from: 2, prefix: 'other' },
      { kind: 'ready', from: 9, prefix: 'hash of 9' },
    ] as const) {
      const { client, heard, asked, say } = machine();
      void client
        .put({ ...put, resumable: true }, content(Uint8Array.of(1, 2, 3)), () => undefined)
        .catch(() => undefined);
      await asked(1);
      await say(ready);
      await asked(4);
      expect(heard[1]).toEqual({ kind: 'go', from: 0 });
    }
  });

  it('that is refused is given up, and the next one counts', async () => {
    const { client, heard, asked, say } = machine();
    const refused = client.put({ ...put, resumable: true }, content(Uint8Array.of(1)), () => undefined);
    refused.catch(() => undefined);
    await asked(1);
    await say(FAULT);
    await expect(refused).rejects.toMatchObject({ code: 'full' });
    const next = client.put({ ...put, resumable: false }, content(Uint8Array.of(1)), () => undefined);
    await asked(5);
    await say(DONE);
    await next;
    expect(heard.map(({ kind }) => kind)).toEqual(['put', 'abort', 'put', 'data', 'end']);
  });

  it('does not wait for ever when the session is lost', async () => {
    const { client, asked } = machine();
    const waiting = client.put({ ...put, resumable: true }, content(Uint8Array.of(1)), () => undefined);
    waiting.catch(() => undefined);
    await asked(1);
    client.lost(new Error('lost'));
    await expect(waiting).rejects.toThrow('lost');
    await expect(client.hello()).rejects.toThrow('lost');
  });
});
