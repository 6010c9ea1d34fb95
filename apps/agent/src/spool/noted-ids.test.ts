import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDirectory } from '@muster/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NotedIds } from './noted-ids.ts';

const DAY_MS = 86_400_000;
let folder: ReturnType<typeof tempDirectory>;
let file: string;
beforeEach(() => {
  folder = tempDirectory();
  file = join(folder.path, 'finished');
});
afterEach(() => folder[Symbol.dispose]());

it('remembers what is over, also after a restart, and keeps the newest when there are too many', () => {
  const ids = new NotedIds(file, { cap: 10 });
  for (let index = 0; index < 25; index++) ids.add(`invt-${index}`);
  ids.add('invt-24');
  expect(ids.has('invt-24')).toBe(true);
  expect(ids.has('invt-0')).toBe(false);
  expect(readFileSync(file, 'utf8').split('\n').filter(Boolean).length).toBeLessThan(12);
  const again = new NotedIds(file, { cap: 10 });
  for (let index = 15; index < 25; index++) expect(again.has(`invt-${index}`)).toBe(true);
  expect(again.has('invt-14')).toBe(false);
});

it('T8: remembers each for thirty days at least', () => {
  let now = 1_700_000_000_000;
  const open = () => new NotedIds(file, { now: () => now });
  open().add('invt-first');
  now += 30 * DAY_MS;
  const ids = open();
  expect(ids.has('invt-first')).toBe(true);
  ids.add('invt-second');
  now += 1;
  expect(open().has('invt-first')).toBe(false);
  expect(open().has('invt-second')).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(/^invt-second \d+\n$/);
});

it('takes over a list that does not say when, and counts from now', () => {
  writeFileSync(file, 'invt-1\ninvt-2\n');
  const ids = new NotedIds(file);
  expect(ids.has('invt-1') && ids.has('invt-2')).toBe(true);
});
