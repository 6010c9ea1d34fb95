import { spawn } from 'node:child_process';
import type { Constellation } from './constellation.ts';

/** Runs the `muster` CLI as a user would and answers its exit code. Its terminal is ours. */
export function runCli(
  { cli }: Pick<Constellation, 'cli'>,
  args: readonly string[],
  { context, stdin }: { context: string; stdin?: string },
): Promise<number> {
  const child = spawn(process.execPath, [cli, '--context', context, ...args], {
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'],
  });
  child.stdin?.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 128 : (code ?? 1)));
  });
}
