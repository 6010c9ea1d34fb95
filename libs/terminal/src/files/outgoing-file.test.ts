import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MOST_DATA } from '../form.ts';
import { hostHere, sha256 } from './disk.test-support.ts';
import { OutgoingFile } from './outgoing-file.ts';

async function fileWith(content: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
}

async function sent(file: OutgoingFile, meanwhile: () => void = () => undefined): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const bytes of file.bytes()) {
    if (pieces.length === 0) meanwhile();
    expect(bytes.length).toBeLessThanOrEqual(MOST_DATA);
    pieces.push(Buffer.from(bytes));
  }
  return Buffer.concat(pieces);
}

it('is sent from its start, or from where the other side is, with the checksum of the whole', async () => {
  const content = randomBytes(300_001);
  const path = await fileWith(content);
  await using whole = await OutgoingFile.open(hostHere(), path);
  expect(await sent(whole)).toEqual(content);
  expect(await whole.end()).toBe(sha256(content));
  await using rest = await OutgoingFile.open(hostHere(), path);
  expect(await rest.hashUpTo(200_000)).toBe(sha256(content.subarray(0, 200_000)));
  expect(await sent(rest)).toEqual(content.subarray(200_000));
  expect(await rest.end()).toBe(sha256(content));
});

it('is sent as long as it was when it only grows', async () => {
  const content = randomBytes(300_000);
  const path = await fileWith(content);
  await using file = await OutgoingFile.open(hostHere(), path);
  expect(await sent(file, () => appendFileSync(path, 'more'))).toEqual(content);
  expect(await file.end()).toBe(sha256(content));
});

it('is a fault when it changes while it is read', async () => {
  const path = await fileWith(randomBytes(300_000));
  await using file = await OutgoingFile.open(hostHere(), path);
  await sent(file);
  await utimes(path, 1, 1);
  await expect(file.end()).rejects.toMatchObject({ code: 'changed' });
  await using cut = await OutgoingFile.open(hostHere(), path);
  await expect(sent(cut, () => truncateSync(path, 10))).rejects.toMatchObject({ code: 'changed' });
});

it('is a plain file: nothing waits for a pipe’s other end, and no link is followed', async () => {
  const path = await fileWith(new Uint8Array());
  execFileSync('mkfifo', [`${path}.pipe`]);
  symlinkSync(path, `${path}.link`);
  mkdirSync(`${path}.folder`);
  const opened = (name: string) => OutgoingFile.open(hostHere(), name);
  await expect(opened(`${path}.pipe`)).rejects.toMatchObject({ code: 'special' });
  await expect(opened(`${path}.link`)).rejects.toMatchObject({ code: 'link' });
  await expect(opened(`${path}.folder`)).rejects.toMatchObject({ code: 'directory' });
  await expect(opened(`${path}.none`)).rejects.toMatchObject({ code: 'missing' });
});
