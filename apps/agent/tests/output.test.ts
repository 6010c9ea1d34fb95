import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { beforeEach, expect, it } from 'vitest';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;
beforeEach(async () => {
  await machine.agent();
});

it('F27: keeps exactly the limit of a flood and counts every byte it drops', async () => {
  const task = run('yes | head -c 50000000; head -c 30000 /dev/zero >&2', { outputLimitBytes: 24_577 });
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.SUCCESS, stdoutLength: 24_577, stderrLength: 24_577 });
  expect(result.discarded).toBe(BigInt(50_000_000 - 24_577 + 30_000 - 24_577));
  expect(task.output.stdout.toString()).toBe(`${'y\n'.repeat(12_288)}y`);
  expect(task.output.stderr.equals(Buffer.alloc(24_577))).toBe(true);
});

it.each([
  [99, 0n],
  [100, 0n],
  [101, 1n],
])('keeps %i bytes of 100 that are allowed and drops %i', async (bytes, discarded) => {
  const task = run(`printf '%${bytes}s' x`, { outputLimitBytes: 100 });
  expect(await task.result).toMatchObject({ stdoutLength: Math.min(bytes, 100), discarded });
  expect(task.output.stdout.length).toBe(Math.min(bytes, 100));
});

it('F28: passes binary output through unchanged, in reports that the bus carries', async () => {
  const bytes = randomBytes(700_000);
  const file = join(machine.dataDir, 'binary');
  writeFileSync(file, bytes);
  const task = run(`cat ${file}; printf '\\xe6\\xb1' >&2; sleep 0.3; printf '\\x89' >&2`);
  await task.result;
  const sum = (data: Buffer) => createHash('sha256').update(data).digest('hex');
  expect(sum(task.output.stdout)).toBe(sum(bytes));
  expect(task.output.stderr).toEqual(Buffer.from([0xe6, 0xb1, 0x89]));
});

it.each([
  ['invalid UTF-8', Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0x80, 0xed, 0xa0, 0x80])],
  ['NUL bytes', Buffer.from('a\0b\0\0c')],
  ['carriage returns only', Buffer.from('10%\r20%\r100%\r')],
  ['one line of a megabyte', Buffer.alloc(1_000_000, 'x')],
  ['escapes of a terminal', Buffer.from('\x1b]0;title\x07\x1b[2J\u202egnirts')],
  ['nothing', Buffer.alloc(0)],
])('F28: passes %s through, byte for byte', async (_, bytes) => {
  const file = join(machine.dataDir, 'bytes');
  writeFileSync(file, bytes);
  const task = run(`cat ${file}`);
  expect(await task.result).toMatchObject({ stdoutLength: bytes.length, discarded: 0n });
  expect(task.output.stdout.equals(bytes)).toBe(true);
});

it('F28: passes on a character that arrives in two halves, each as it comes', async () => {
  const task = run(`printf '\\xe6\\xb1'; ${machine.hold}; printf '\\x89'`);
  await eventually('the first half', () => task.output.stdout.length === 2);
  machine.release();
  await task.result;
  expect(task.output.stdout.toString()).toBe('汉');
});

it('reports what many scripts write while all of them run', async () => {
  const tasks = Array.from({ length: 8 }, () => run(`echo first; ${machine.hold}; echo last`));
  await eventually('the first lines', () => tasks.every(({ output }) => output.stdout.toString() === 'first\n'));
  machine.release();
  await Promise.all(tasks.map(({ result }) => result));
  for (const { output } of tasks) expect(output.stdout.toString()).toBe('first\nlast\n');
});

it('counts what was dropped also when a child keeps the outputs open', async () => {
  const task = run('head -c 5000 /dev/zero; sleep 3 & exit 4', { outputLimitBytes: 1_000 });
  expect(await task.result).toMatchObject({ exitCode: 4, stdoutLength: 1_000, discarded: 4_000n });
});
