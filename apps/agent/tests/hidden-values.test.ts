import { execFileSync } from 'node:child_process';
import { TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { expect, it } from 'vitest';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;
const hiddenValues = ['s3cret'];

/** The files below the agent's data directory that hold a text. */
function filesWith(text: string): string[] {
  const found = execFileSync('sh', ['-c', 'grep -rlF -e "$1" "$2" || :', 'sh', text, machine.dataDir]).toString();
  return found.split('\n').filter(Boolean);
}

it('masks hidden values in both outputs, whole or in pieces, and keeps the offsets', async () => {
  await machine.agent();
  const task = run(
    `printf 'is s3'; printf 's3cret!\\n' >&2; ${machine.hold}; printf cr; sleep 0.1; printf et; printf ' s3c'`,
    { hiddenValues },
  );
  await eventually('the first of it', () => task.output.stderr.toString() === '******!\n');
  await eventually('what cannot be a value', () => task.output.stdout.toString() === 'is ');
  machine.release();
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.SUCCESS, stdoutLength: 13, stderrLength: 8, discarded: 0n });
  expect(task.output.stdout.toString()).toBe('is ****** s3c');
  expect(task.output.stderr.toString()).toBe('******!\n');
});

it('masks what a parameter brought as environment and as text of the script, and leaves nothing of it behind', async () => {
  await machine.agent();
  const value = 'c4nary$x "y" 中';
  const task = run(
    'cat "$0"; printf "%s" "$MUSTER_PARAM_PW" | wc -c; printf "<%s>" "$MUSTER_PARAM_PW"\n# c4nary$x "y" 中',
    {
      environment: { MUSTER_PARAM_PW: value },
      hiddenValues: [value],
    },
  );
  await task.result;
  const output = task.output.stdout.toString();
  expect(output).toContain(`\n# ******${Buffer.byteLength(value)}\n`);
  expect(output.endsWith('<******>')).toBe(true);
  expect(output).not.toContain('c4nary');
  machine.service.fin(task);
  await eventually('the end of its folder', () => filesWith(task.id).every((file) => file.endsWith('finished')));
  expect(filesWith('c4nary')).toEqual([]);
});

it('masks the same after the agent was killed in the middle of a value', async () => {
  const first = await machine.process();
  const task = run(`printf 'one s3cret two s3c'; ${machine.hold}; printf 'ret three'`, { hiddenValues });
  await eventually('what is settled', () => task.output.stdout.toString() === 'one ****** two ');
  await first.stop('SIGKILL');
  await machine.process();
  machine.release();
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.SUCCESS, stdoutLength: 27, discarded: 0n });
  expect(task.output.stdout.toString()).toBe('one ****** two ****** three');
});

it('sends masked output that waited for the service, also when another agent sends it', async () => {
  const first = await machine.process();
  machine.service.answerResults = false;
  const task = run(`yes 's3cret' | head -n 40000; exit 3`, { hiddenValues, outputLimitBytes: 1_000_000 });
  await eventually('a result', () => task.results.length > 0);
  await first.stop('SIGKILL');
  machine.service.answerResults = true;
  await machine.process();
  expect(await task.result).toMatchObject({ exitCode: 3, stdoutLength: 280_000, discarded: 0n });
  expect(task.output.stdout.equals(Buffer.from('******\n'.repeat(40_000)))).toBe(true);
});

it('counts to the byte what a flood of hidden values leaves out', async () => {
  await machine.agent();
  const task = run(`yes 's3cret' | head -c 7000000`, { hiddenValues, outputLimitBytes: 1_003 });
  const result = await task.result;
  // 1003 bytes are 143 lines and two bytes that begin a value
  expect(result).toMatchObject({ stdoutLength: 1_001, discarded: 7_000_000n - 1_001n });
  expect(task.output.stdout.toString()).toBe('******\n'.repeat(143));
});

it('masks hidden values in what it says went wrong', async () => {
  await machine.agent();
  const task = run('true', { workingDirectory: '/nowhere/s3cret', hiddenValues });
  expect((await task.result).errorInfo).toBe(
    'InvalidWorkingDirectory: `/nowhere/******` does not exist on this machine',
  );
});
