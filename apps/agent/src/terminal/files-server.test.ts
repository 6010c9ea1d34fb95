import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tempDirectory } from '@muster/testkit';
import { rolldown } from 'rolldown';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findUser } from '../supervisor/users.ts';
import { FilesTalk, prepareFiles, putOf } from './files.test-support.ts';

const root = process.getuid?.() === 0;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function temp(): string {
  const folder = tempDirectory();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

describe.runIf(root)('T29: the file server of somebody', () => {
  it('is that user, who reads and writes what the kernel lets them, and nothing else', async () => {
    const folder = temp();
    chmodSync(folder, 0o777);
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'for root', { mode: 0o600 });
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const files = new FilesTalk(await prepareFiles('nobody'));
    expect(await files.ask({ kind: 'hello', version: 1 })).toMatchObject([{ user: 'nobody', keepsOwners: false }]);
    expect(await files.ask({ kind: 'get', path: secret, from: 0, prefix: '' })).toMatchObject([{ code: 'denied' }]);
    const content = randomBytes(1_000);
    const put = (path: string) =>
      [
        putOf(path, content, { keepOwner: true, mode: 0o4755 }),
        { kind: 'data', bytes: content },
        { kind: 'end', sha256: sha256(content) },
      ] as const;
    expect(await files.ask(...put(join(closed, 'x')))).toMatchObject([{ kind: 'fault', code: 'denied' }]);
    expect(await files.ask(...put(join(folder, 'x')))).toMatchObject([{ kind: 'done', sha256: sha256(content) }]);
    const { uid } = (await findUser('nobody'))!;
    expect(statSync(join(folder, 'x'))).toMatchObject({ uid, mode: 0o100755, mtimeMs: 1_700_000_000_000 });
    expect(readdirSync(closed)).toEqual([]);
    files.say({ kind: 'bye' });
    expect(await files.exited).toMatchObject({ code: 0 });
    expect(files.notes).toEqual([
      `get ${JSON.stringify(secret)} failed: permission denied`,
      `put ${JSON.stringify(join(closed, 'x'))} failed: permission denied`,
      `put ${JSON.stringify(join(folder, 'x'))} 1000 bytes sha256 ${sha256(content)} done`,
    ]);
  });

  it('keeps owners when it is root’s, by name, and says which it does not know', async () => {
    const folder = temp();
    const files = new FilesTalk(await prepareFiles('root'));
    const path = join(folder, 'x');
    const end = { kind: 'end', sha256: sha256(new Uint8Array()) } as const;
    const owned = { keepOwner: true, mode: 0o4755, owner: 'nobody', group: 'nogroup', uid: 501, gid: 20 };
    expect(await files.ask(putOf(path, new Uint8Array(), owned), end)).toMatchObject([{ unknownOwner: '' }]);
    const { uid, gid } = (await findUser('nobody'))!;
    expect(statSync(path)).toMatchObject({ uid, gid, mode: 0o104755 });
    const unknown = { ...owned, owner: 'no-such-user' };
    expect(await files.ask(putOf(path, new Uint8Array(), unknown), end)).toMatchObject([
      { unknownOwner: 'no-such-user' },
    ]);
    expect(statSync(path)).toMatchObject({ uid: 0, gid, mode: 0o100755 });
  });
});

it.runIf(root)('T29: a bundled file server runs for a user who may not go where it lies', async () => {
  const folder = temp();
  const build = await rolldown({ input: join(import.meta.dirname, 'files-server.ts'), platform: 'node' });
  const script = join(folder, 'files-server.cjs');
  await build.write({ file: script, format: 'cjs', codeSplitting: false });
  await build.close();
  chmodSync(script, 0o600);
  chmodSync(folder, 0o700);
  const files = new FilesTalk(await prepareFiles('nobody', script));
  expect(await files.ask({ kind: 'hello', version: 1 })).toMatchObject([{ user: 'nobody' }]);
  expect(await files.ask({ kind: 'look', path: script })).toMatchObject([{ kind: 'fault', code: 'denied' }]);
  files.say({ kind: 'bye' });
  expect(await files.exited).toMatchObject({ code: 0 });
});

describe('the file server', () => {
  const me = process.getuid?.() === 0 ? 'root' : process.env.USER!;

  it('lists what there is: kinds, links and where they lead, and what has no name', async () => {
    const folder = temp();
    writeFileSync(join(folder, 'file'), 'abc');
    mkdirSync(join(folder, 'sub'));
    symlinkSync('sub', join(folder, 'to-sub'));
    symlinkSync('/no/where', join(folder, 'to-nothing'));
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.of(0xff)]), '');
    const files = new FilesTalk(await prepareFiles(me));
    const answers = await files.ask({ kind: 'list', path: folder });
    const entries = answers.flatMap((each) =>
      each.kind === 'entry' ? [[each.name, each.entryKind, each.leadsTo, each.size, each.target]] : [],
    );
    expect(entries).toEqual([
      ['bad-\ufffd', 5, 0, 0, ''],
      ['file', 1, 1, 3, ''],
      ['sub', 2, 2, 0, ''],
      ['to-nothing', 3, 0, 0, '/no/where'],
      ['to-sub', 3, 2, 0, 'sub'],
    ]);
    expect(answers.at(-1)).toMatchObject({ kind: 'done' });
  });

  it('goes on with a file whose copy broke, for the next process as well', async () => {
    const path = join(temp(), 'file');
    const content = randomBytes(100_000);
    const big = { ...putOf(path, new Uint8Array()), size: content.length, resumable: true } as const;
    const first = new FilesTalk(await prepareFiles(me));
    expect(await first.ask(big)).toMatchObject([{ kind: 'ready', from: 0 }]);
    first.say({ kind: 'go', from: 0 });
    for (let at = 0; at < 90_000; at += 30_000) first.say({ kind: 'data', bytes: content.subarray(at, at + 30_000) });
    // the answer to the next request comes after what was before it; there is none while a file comes, so its size on the disk tells
    const partial = () => readdirSync(join(path, '..')).find((name) => name.endsWith('.part'));
    await expect.poll(() => partial() && statSync(join(path, '..', partial()!)).size).toBe(90_000);
    first.hangUp();
    await first.exited;
    expect(existsSync(path)).toBe(false);
    const second = new FilesTalk(await prepareFiles(me));
    expect(await second.ask(big)).toMatchObject([
      { kind: 'ready', from: 90_000, prefix: sha256(content.subarray(0, 90_000)) },
    ]);
    second.say({ kind: 'go', from: 90_000 });
    second.say({ kind: 'data', bytes: content.subarray(90_000) });
    expect(await second.ask({ kind: 'end', sha256: sha256(content) })).toMatchObject([{ kind: 'done' }]);
    expect(readFileSync(path)).toEqual(content);
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  it('lets no file appear whose checksum is another, and copies the next one', async () => {
    const folder = temp();
    const files = new FilesTalk(await prepareFiles(me));
    const content = Buffer.from('right');
    const put = (name: string, bytes: Uint8Array) =>
      [putOf(join(folder, name), content), { kind: 'data', bytes }, { kind: 'end', sha256: sha256(content) }] as const;
    expect(await files.ask(...put('a', Buffer.from('wrong')))).toMatchObject([{ kind: 'fault', code: 'checksum' }]);
    expect(await files.ask(...put('b', content))).toMatchObject([{ kind: 'done' }]);
    expect(readdirSync(folder)).toEqual(['b']);
  });

  it('answers many requests that were sent at once, in their order', async () => {
    const folder = temp();
    const files = new FilesTalk(await prepareFiles(me));
    const content = randomBytes(20_000);
    for (let index = 0; index < 50; index++) {
      files.say(putOf(join(folder, `f${index}`), content));
      files.say({ kind: 'data', bytes: content }, { kind: 'end', sha256: sha256(content) });
    }
    await expect.poll(() => files.answers.filter(({ kind }) => kind === 'done').length).toBe(50);
    expect(readdirSync(folder)).toHaveLength(50);
  });

  it.each([
    ['noise', [255, 255, 255, 255]],
    ['data of no file', [0, 0, 0, 2, 7, 1]],
    ['a request that there is not', [0, 0, 0, 1, 99]],
  ])('ends when it is sent %s', async (_, bytes) => {
    const files = new FilesTalk(await prepareFiles(me));
    files.noise(Uint8Array.from(bytes));
    expect(await files.exited).toMatchObject({ code: 65 });
  });

  it('finds relative paths below the home of its user, and takes none with a NUL', async () => {
    const files = new FilesTalk(await prepareFiles(me));
    expect(await files.ask({ kind: 'look', path: '~' })).toMatchObject([{ entryKind: 2 }]);
    expect(await files.ask({ kind: 'look', path: 'no-such-file-here' })).toMatchObject([{ entryKind: 0 }]);
    expect(await files.ask({ kind: 'look', path: '/etc\0/passwd' })).toMatchObject([{ kind: 'fault', code: 'name' }]);
  });
});
