import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
let child: ChildProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-lifecycle-'));
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { readyUntilAskedToStop } from ${JSON.stringify(join(import.meta.dirname, 'lifecycle.ts'))};
await readyUntilAskedToStop({ address: 'here' });
`,
  );
  child = fork(program, { stdio: 'inherit' });
  const [message] = await once(child, 'message');
  expect(message).toEqual({ ready: true, address: 'here' });
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s although the channel to its starter is open', async (signal) => {
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('stops when its starter has gone', async () => {
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
