import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandType, TaskOutcome } from '@muster/contract';
import { eventually, type NatsServer, startNatsServer, tempDirectory } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../src/agent.ts';
import type { Identity } from '../src/identity.ts';
import { type FakeService, type FakeTask, startFakeService } from './fake-service.ts';
import { agentHere, ME } from './machine.ts';

let nats: NatsServer;
let service: FakeService;
let folder: ReturnType<typeof tempDirectory>;
let identity: Identity;
let agent: Agent;

beforeAll(async () => {
  nats = await startNatsServer();
  service = await startFakeService(nats);
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});
beforeEach(async () => {
  folder = tempDirectory();
  identity = await service.identity();
  agent = await agentHere(folder.path, identity);
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

function run(script: string | Buffer, order: FakeTask['order'] = {}): FakeTask {
  return service.send(identity.instanceId, { content: Buffer.from(script), username: ME, ...order });
}

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
  ['shell', CommandType.SHELL, 'echo one; sleep 1.5; echo two'],
  ['Python', CommandType.PYTHON, 'import time\nprint("one")\ntime.sleep(1.5)\nprint("two")'],
])('shows the output of a %s script while it runs', async (_, commandType, script) => {
  const task = run(script, { commandType });
  await eventually('the first line', () => task.output.stdout.toString() === 'one\n');
  expect(task.results).toEqual([]);
  const result = await task.result;
  expect(task.output.stdout.toString()).toBe('one\ntwo\n');
  expect(result.outcome).toBe(TaskOutcome.SUCCESS);
  expect(Number(result.elapsedMs)).toBeGreaterThanOrEqual(1_490);
});

it('leaves nothing of a finished task but its id', async () => {
  const task = run('true');
  await task.result;
  await eventually('an empty journal', () => readdirSync(join(folder.path, 'journal', 'tasks')).length === 0);
});
