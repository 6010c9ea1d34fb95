import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Attributes } from './attributes.ts';
import { hostHere, sha256 } from './disk.test-support.ts';
import type { FileHost } from './file-host.ts';
import { IncomingFile } from './incoming-file.ts';
import { PartialFiles } from './partial-files.ts';

const attributes: Attributes = { mode: 0o640, modified: 1_700_000_000_123, uid: 0, gid: 0, owner: '', group: '' };
const keeping = { owner: false, setId: false };

async function temp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Begins to receive `content` as the file; `host` is the process that does. */
async function receive(
  path: string,
  content: Uint8Array,
  host: FileHost = hostHere(),
  partials = new PartialFiles(host),
) {
  const { modified } = attributes;
  return IncomingFile.open(host, partials, { path, size: content.length, modified });
}

describe('a file that is received', () => {
  it('appears whole, with mode and time, and not before', async () => {
    const folder = await temp();
    const path = join(folder, 'file');
    const content = randomBytes(1_000);
    const file = await receive(path, content);
    await file.write(content.subarray(0, 999));
    expect(existsSync(path)).toBe(false);
    await file.write(content.subarray(999));
    await file.finish(sha256(content), attributes, keeping);
    expect(readFileSync(path)).toEqual(content);
    expect(statSync(path)).toMatchObject({ mode: 0o100640, mtimeMs: attributes.modified });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.each([
    ['of which a byte is another', (content: Uint8Array) => content.with(5, content[5]! ^ 1), 'checksum'],
    ['that is too short', (content: Uint8Array) => content.subarray(1), 'length'],
  ])('%s does not appear, and the old one stays', async (_, change, code) => {
    const folder = await temp();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const content = randomBytes(100_000);
    const file = await receive(path, content);
    await file.write(change(content));
    await expect(file.finish(sha256(content), attributes, keeping)).rejects.toMatchObject({ code });
    await file.discard();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('that is longer than announced is a fault as soon as it is', async () => {
    const content = randomBytes(10);
    const file = await receive(join(await temp(), 'file'), content);
    await expect(file.write(randomBytes(11))).rejects.toMatchObject({ code: 'length' });
    await file.discard();
  });

  it('takes the place of a link, and leaves alone what it led to', async () => {
    const folder = await temp();
    writeFileSync(join(folder, 'victim'), 'as it was');
    symlinkSync('victim', join(folder, 'file'));
    const file = await receive(join(folder, 'file'), Buffer.from('new'));
    await file.write(Buffer.from('new'));
    await file.finish(sha256(Buffer.from('new')), attributes, keeping);
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('as it was');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
  });

  it('takes no directory’s place', async () => {
    const folder = await temp();
    mkdirSync(join(folder, 'file'));
    await expect(receive(join(folder, 'file'), Buffer.from('x'))).rejects.toMatchObject({ code: 'directory' });
    await expect(receive(join(folder, 'no', 'file'), Buffer.from('x'))).rejects.toMatchObject({ code: 'missing' });
  });
});

describe('a file whose copy broke', () => {
  const content = randomBytes(200_000);

  /** Leaves the first 150,000 bytes behind, as process 77. */
  async function broken() {
    const folder = await temp();
    const path = join(folder, 'file');
    const first = await receive(path, content);
    await first.write(content.subarray(0, 150_000));
    await first.leave();
    return { folder, path };
  }

  it('goes on where it was, in another process', async () => {
    const { folder, path } = await broken();
    const file = await receive(path, content, hostHere({ pid: 78 }));
    expect(file).toMatchObject({ length: 150_000, prefix: sha256(content.subarray(0, 150_000)) });
    await file.write(content.subarray(150_000));
    await file.finish(sha256(content), attributes, keeping);
    expect(readFileSync(path)).toEqual(content);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('goes on in the same process as well', async () => {
    const path = join(await temp(), 'file');
    const host = hostHere();
    const partials = new PartialFiles(host);
    const first = await receive(path, content, host, partials);
    await first.write(content.subarray(0, 150_000));
    await first.leave();
    const file = await receive(path, content, host, partials);
    expect(file.length).toBe(150_000);
    await file.discard();
  });

  it('begins anew when what is there is not how it begins', async () => {
    const { folder, path } = await broken();
    const file = await receive(path, content, hostHere({ pid: 78 }));
    await file.startAnew();
    expect(file).toMatchObject({ length: 0, prefix: '' });
    await file.write(content);
    await file.finish(sha256(content), attributes, keeping);
    expect(readFileSync(path)).toEqual(content);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is left to a process that lives', async () => {
    const { folder, path } = await broken();
    const file = await receive(path, content, hostHere({ pid: 78, isAlive: (pid) => pid === 77 }));
    expect(file.length).toBe(0);
    expect(readdirSync(folder)).toHaveLength(2);
    await file.discard();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is thrown away when the file is another by now', async () => {
    const { folder, path } = await broken();
    const file = await receive(path, content.subarray(1), hostHere({ pid: 78 }));
    expect(file.length).toBe(0);
    await file.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('T11: is not taken up when somebody else could have written it', async () => {
    for (const tamper of [
      (file: string) => chmodSync(file, 0o666),
      (file: string) => linkSync(file, `${file}.other`),
    ]) {
      const { folder, path } = await broken();
      tamper(join(folder, readdirSync(folder)[0]!));
      const file = await receive(path, content, hostHere({ pid: 78 }));
      expect(file.length).toBe(0);
      await file.discard();
    }
  });

  it('T11: is no link that was put there, wherever it leads', async () => {
    const { folder, path } = await broken();
    const [partial] = readdirSync(folder) as [string];
    await rm(join(folder, partial));
    writeFileSync(join(folder, 'victim'), 'as it was', { mode: 0o600 });
    symlinkSync('victim', join(folder, partial));
    const other = await receive(path, content, hostHere({ pid: 78 }));
    await other.write(content);
    await other.finish(sha256(content), attributes, keeping);
    // the very name that is to be made anew
    await expect(receive(path, content)).rejects.toBeDefined();
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('as it was');
  });

  it('leaves nothing behind when it is short', async () => {
    const folder = await temp();
    const file = await receive(join(folder, 'file'), content);
    await file.write(content.subarray(0, 1_000));
    await file.leave();
    expect(readdirSync(folder)).toEqual([]);
  });
});
