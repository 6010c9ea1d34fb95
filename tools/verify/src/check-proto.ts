import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Style, compatibility with the last release (`proto/baseline.binpb`), and that the generated code is what the files say. */
const root = resolve(import.meta.dirname, '..', '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'muster-proto-'));

function run(what: string, command: string, args: readonly string[]): void {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (done.status === 0) return;
  process.stderr.write(`${what}:\n${done.error?.message ?? ''}${done.stdout ?? ''}${done.stderr ?? ''}\n`);
  process.exitCode = 1;
}

try {
  run('proto files are not formatted; run `npm run gen`', 'buf', ['format', '--diff', '--exit-code']);
  run('buf lint', 'buf', ['lint']);
  run('a change breaks clients of the last release', 'buf', ['breaking', '--against', 'proto/baseline.binpb']);
  run('buf generate', 'buf', ['generate', '--output', scratch]);
  run('generated code is out of date; run `npm run gen`', 'diff', [
    '-r',
    join(scratch, 'libs/contract/src/gen'),
    'libs/contract/src/gen',
  ]);
} finally {
  rmSync(scratch, { recursive: true });
}
