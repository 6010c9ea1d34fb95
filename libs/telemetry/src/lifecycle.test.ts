import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
let program: string;

async function start(...args: string[]): Promise<ChildProcess> {
  const child = fork(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const [message] = await once(child, 'message');
  expect(message).toEqual({ ready: true, address: 'here' });
  return child;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-lifecycle-'));
  program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { readyUntilAskedToStop } from ${JSON.stringify(join(import.meta.dirname, 'lifecycle.ts'))};
await readyUntilAskedToStop({ address: 'here' }, { stopSeconds: Number(process.argv[2]) });
if (process.argv[3] === 'hang') setInterval(() => {}, 1_000);
`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s although the channel to its starter is open', async (signal) => {
  const child = await start('10');
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('stops when its starter has gone', async () => {
  const child = await start('10');
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('ends when its time to stop is over, although something is still under way', async () => {
  const child = await start('1', 'hang');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([1, null]);
});

it('ends at once when it is asked a second time', async () => {
  const child = await start('3600', 'hang');
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const again = setInterval(() => child.kill('SIGTERM'), 50);
  expect(await exited).toEqual([143, null]);
  clearInterval(again);
});
