import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hostHere } from './disk.test-support.ts';
import { makeFolder } from './tree.ts';

const attributes = { mode: 0o750, modified: 1_700_000_000_123, uid: 0, gid: 0, owner: '', group: '' };

it('makes directories under the same missing ones at the same moment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-tree-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const names = Array.from({ length: 20 }, (_, index) => join(folder, 'got', 'from', `web-${index}`));
  const made = await Promise.all(
    names.map((name) => makeFolder(hostHere(), name, attributes, { parents: true, owner: false, setId: false })),
  );
  expect(made).toEqual(names.map(() => ({ made: true, unknownOwner: '' })));
  for (const name of names) expect(statSync(name).isDirectory()).toBe(true);
});
