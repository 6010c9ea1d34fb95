import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandType, TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { beforeEach, expect, it } from 'vitest';
import { greeted } from './fake-service.ts';
import { ME } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;
beforeEach(async () => {
  await machine.agent();
});

it('runs a shell script with its parameters and environment and reports both outputs', async () => {
  const task = run(
    'printf "%s|" "$0" "$PWD" "$USER" "$MUSTER_PARAM_NAME" "$MUSTER_INVOCATION_ID"; echo oops >&2; exit 3',
    {
      environment: { MUSTER_PARAM_NAME: '$(id) "x"', LD_PRELOAD: '/evil.so' },
    },
  );
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.FAILED, exitCode: 3, errorInfo: '', discarded: 0n });
  const [script, ...rest] = task.output.stdout.toString().split('|');
  expect(script).toMatch(/script\.sh$/);
  expect(rest).toEqual(['/tmp', ME, '$(id) "x"', 'inv-12345678', '']);
  expect(task.output.stderr.toString()).toBe('oops\n');
});

it('passes little of its own environment on, and nothing of the order but parameters', async () => {
  const task = run('env', { environment: { MUSTER_PARAM_A: '1', LD_PRELOAD: '/evil.so', PATH: '/evil' } });
  await task.result;
  const names = task.output.stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(names.sort()).toEqual(
    [
      'HOME',
      'LANG',
      'LOGNAME',
      'MUSTER_INVOCATION_ID',
      'MUSTER_PARAM_A',
      'MUSTER_TASK_ID',
      'PATH',
      'PWD',
      'SHELL',
      'SHLVL',
      'TERM',
      'USER',
      '_',
    ].sort(),
  );
  expect(task.output.stdout.toString()).not.toContain('evil');
});

it.each([
  ['shell', CommandType.SHELL, (hold: string) => `echo one; ${hold}; sleep 0.2; echo two`],
  [
    'Python',
    CommandType.PYTHON,
    (hold: string) => `import os\nprint("one")\nos.system("${hold}; sleep 0.2")\nprint("two")`,
  ],
])('shows the output of a %s script while it runs', async (_, commandType, script) => {
  const task = run(script(machine.hold), { commandType });
  await eventually('the first line', () => task.output.stdout.toString() === 'one\n');
  expect(task.results).toEqual([]);
  machine.release();
  const result = await task.result;
  expect(task.output.stdout.toString()).toBe('one\ntwo\n');
  expect(result.outcome).toBe(TaskOutcome.SUCCESS);
  expect(Number(result.elapsedMs)).toBeGreaterThanOrEqual(190);
});

it('leaves nothing of a finished task but its id', async () => {
  const task = run('true');
  await task.result;
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
});

it('says hello with what it is and can, beats, and says hello again when asked', async () => {
  const { service, identity } = machine;
  const hello = await greeted(service, identity.instanceId);
  expect(hello).toMatchObject({ systemName: 'Linux', hostName: 'machine', held: [] });
  expect(hello.supportFeatures).toEqual(expect.arrayContaining(['SHELL', 'PYTHON']));
  expect(hello.bootId).not.toBe('');
  service.sync(identity.instanceId);
  const again = await greeted(service, identity.instanceId, 2);
  expect(again.journalId).toBe(hello.journalId);
  await eventually('a heartbeat of the second session', () => service.heartbeats.at(-1)?.epoch === 2n);
  const task = run('echo still here');
  await task.result;
  expect(task.output.stdout.toString()).toBe('still here\n');
});
