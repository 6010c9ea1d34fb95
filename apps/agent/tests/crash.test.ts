import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { expect, it } from 'vitest';
import { hostFacts } from '../src/host.ts';
import { findSupervisor } from '../src/supervisor/process-list.ts';
import { processesWith } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;

it.each([
  ['F2', 'between the claim and the question to start', 'agent.after-claim'],
  ['F2', 'between the leave to start and the launch', 'agent.after-grant'],
  ['F1', 'in the moment of the launch', 'agent.after-launch'],
  ['F3', 'between the end of the script and its result', 'agent.after-exit'],
  ['F3', 'between the result on disk and its report', 'agent.after-result'],
])('%s: killed %s, an agent leaves one start and one result', async (_, __, point) => {
  const first = await machine.process({ MUSTER_FAIL_POINTS: `${point}:kill` });
  const log = join(machine.dataDir, 'log');
  const task = run(`echo start >>${log}; echo out; sleep 0.2; exit 4`);
  await eventually('the death of the agent', () => first.child.signalCode === 'SIGKILL');
  await machine.agent();
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.FAILED, exitCode: 4, stdoutLength: 4 });
  expect(readFileSync(log, 'utf8')).toBe('start\n');
  expect(task.output.stdout.toString()).toBe('out\n');
  expect(new Set(task.starts.map(({ claim }) => claim)).size).toBe(1);
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
});

it('F1: agents that die one after the other in the moment of the launch start a script once', async () => {
  const log = join(machine.dataDir, 'log');
  const first = await machine.process({ MUSTER_FAIL_POINTS: 'agent.after-launch:kill' });
  const task = run(`echo start >>${log}; ${machine.hold}; cat ${log}`);
  await eventually('the death of the agent', () => first.child.signalCode === 'SIGKILL');
  // two at once, as after a careless restart: only one of the three supervisors has the permit
  const agents = [await machine.agent({ killOnStop: false }), await machine.agent({ killOnStop: false })];
  machine.release();
  await task.result;
  expect(task.output.stdout.toString()).toBe('start\n');
  for (const agent of agents) await agent[Symbol.asyncDispose]();
});

it('F5: a script that restarts its machine is interrupted once, and does not restart it again', async () => {
  const log = join(machine.dataDir, 'log');
  const boot = (bootId: string) =>
    machine.agent({ killOnStop: false, host: { ...hostFacts('machine'), bootId }, inherited });
  const inherited = { path: process.env.PATH ?? '', lang: 'C.UTF-8' };
  const first = await boot('boot 1');
  // what `reboot` does to the machine is done to what there is of it here
  const task = run(`echo reboot >>${log}; kill -9 "$PPID"; kill -9 0`);
  await eventually('the end of the machine', () => existsSync(log) && findSupervisor(task.id) === undefined);
  await first[Symbol.asyncDispose]();
  const second = await boot('boot 2');
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.INTERRUPTED, exitCode: -1 });
  await second[Symbol.asyncDispose]();
  await boot('boot 3');
  expect(readFileSync(log, 'utf8')).toBe('reboot\n');
  expect(task.results).toHaveLength(1);
});

it('F4: does not take the empty note of an end for an end that a machine without power left', async () => {
  const first = await machine.agent({ killOnStop: false });
  const nap = `${700 + Math.random()}`;
  const task = run(`echo up; sleep ${nap}`);
  await eventually('output', () => task.output.stdout.length > 0);
  await first[Symbol.asyncDispose]();
  process.kill(findSupervisor(task.id)!, 'SIGKILL');
  for (const pid of processesWith(nap)) process.kill(pid, 'SIGKILL');
  writeFileSync(join(machine.dataDir, 'journal', 'tasks', task.id, 'rc'), '');
  await machine.agent({ host: { ...hostFacts('machine'), bootId: 'another boot' } });
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.INTERRUPTED, exitCode: -1 });
});
