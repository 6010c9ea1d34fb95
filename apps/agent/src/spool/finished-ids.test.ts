import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { FinishedIds } from './finished-ids.ts';

it('remembers across restarts, the newest at least up to the cap, and the file stays bounded', () => {
  using folder = tempDirectory();
  const file = join(folder.path, 'finished');
  const ids = new FinishedIds(file, 10);
  for (let number = 0; number < 95; number++) ids.add(`invt-${number}`);
  const again = new FinishedIds(file, 10);
  for (const remembered of [ids, again]) {
    for (let number = 85; number < 95; number++) expect(remembered.has(`invt-${number}`)).toBe(true);
    expect(remembered.has('invt-3')).toBe(false);
  }
  expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(25);
});
