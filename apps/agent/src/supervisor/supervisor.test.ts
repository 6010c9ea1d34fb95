import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';

const SUPERVISOR = fileURLToPath(new URL('./supervisor.sh', import.meta.url));

function supervise(folder: string) {
  const args = [SUPERVISOR, 'invt-12345678', '1000', '', '', '', '/', 'sh', join(folder, 'script')];
  return promisify(execFile)('setsid', ['sh', ...args], { cwd: folder });
}

it('starts the script once, however many supervisors there are', async () => {
  using folder = tempDirectory();
  const log = join(folder.path, 'log');
  writeFileSync(join(folder.path, 'script'), `echo start >>${log}; exit 4`);
  const ends = await Promise.allSettled([1, 2, 3, 4, 5].map(() => supervise(folder.path)));
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 75 });
  expect(readFileSync(log, 'utf8')).toBe('start\n');
  expect(readFileSync(join(folder.path, 'rc'), 'utf8')).toMatch(/^4 \d+\.\d+ \d+\.\d+\n$/);
});

it('leaves the file mode mask of the agent to the script, and no descriptors but its outputs', async () => {
  using folder = tempDirectory();
  writeFileSync(join(folder.path, 'script'), 'umask; readlink /proc/self/fd/*');
  await supervise(folder.path);
  const [mask, ...open] = readFileSync(join(folder.path, 'stdout'), 'utf8').trim().split('\n');
  expect(mask).toBe(process.umask().toString(8).padStart(4, '0'));
  const ours = open.filter((path) => path.startsWith(folder.path)).map((path) => basename(path));
  expect(ours.sort()).toEqual(['stderr.pipe', 'stdout.pipe']);
});
