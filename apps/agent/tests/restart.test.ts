import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeldState, TaskOutcome } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { eventually, silentLogger, startNatsServer, tempDirectory } from '@muster/testkit';
import { expect, it } from 'vitest';
import { hostFacts } from '../src/host.ts';
import { ControlGroups } from '../src/supervisor/control-groups.ts';
import { killTree } from '../src/supervisor/kill-tree.ts';
import { findSupervisor } from '../src/supervisor/process-list.ts';
import { greeted, startFakeService } from './fake-service.ts';
import { agentHere, ME, processesWith } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;
const hello = (times: number) => greeted(machine.service, machine.identity.instanceId, times);

it('F1: goes on with a script in whose middle the agent was killed: one start, all output, the exit code', async () => {
  const log = join(machine.dataDir, 'log');
  const first = await machine.process();
  const task = run(`echo start >>${log}; echo a; ${machine.hold}; echo b; cat ${log}; exit 7`);
  await eventually('the first line', () => task.output.stdout.toString() === 'a\n');
  await first.stop('SIGKILL');
  await machine.process();
  expect((await hello(2)).held).toMatchObject([{ invocationTaskId: task.id, state: HeldState.RUNNING }]);
  machine.release();
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.FAILED, exitCode: 7 });
  expect(task.output.stdout.toString()).toBe('a\nb\nstart\n');
  expect(task.starts).toHaveLength(1);
});

it('F3: reports a script that ended while the agent was away', async () => {
  const first = await machine.process();
  const task = run(`echo a; ${machine.hold}; sleep 0.5; echo b; exit 5`);
  await eventually('the first line', () => task.output.stdout.toString() === 'a\n');
  await first.stop('SIGKILL');
  machine.release();
  await eventually('the end of the supervisor', () => findSupervisor(task.id) === undefined);
  await machine.process();
  const result = await task.result;
  expect(result).toMatchObject({ exitCode: 5, stdoutLength: 4 });
  expect(Number(result.elapsedMs)).toBeGreaterThanOrEqual(490);
  expect(task.output.stdout.toString()).toBe('a\nb\n');
});

it('F2: starts a task once that it had claimed and not started when it was killed', async () => {
  machine.service.decideStart = () => 'silent';
  const log = join(machine.dataDir, 'log');
  const first = await machine.process();
  const task = run(`echo start >>${log}; cat ${log}`);
  await eventually('the question to start', () => task.starts.length > 0);
  await first.stop('SIGKILL');
  machine.service.decideStart = () => true;
  await machine.process();
  expect((await hello(2)).held).toMatchObject([{ invocationTaskId: task.id, state: HeldState.CLAIMED }]);
  await task.result;
  expect(task.output.stdout.toString()).toBe('start\n');
  expect(new Set(task.starts.map(({ claim }) => claim)).size).toBe(1);
});

it('sends the same result again until it is committed, also after it was killed, and then refuses a replay', async () => {
  machine.service.answerResults = false;
  const first = await machine.process();
  const task = run('exit 3');
  await eventually('a result', () => task.results.length > 0);
  await first.stop('SIGKILL');
  machine.service.answerResults = true;
  const agent = await machine.agent();
  expect((await hello(2)).held).toMatchObject([{ invocationTaskId: task.id, state: HeldState.FINISHED }]);
  const { epoch: _, ...committed } = await task.result;
  const { epoch: __, ...sent } = task.results[0]!;
  expect(committed).toEqual(sent);
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
  machine.service.deliver(task);
  await eventually('the refusal of the replay', () => agent.refused.finished === 1);
  // a service that sends it again may have been restored from a backup: it is told that it ran
  await eventually('that it was said', () => task.results.at(-1)?.outcome === TaskOutcome.INTERRUPTED);
});

it('counts the time limit from the start, also when it was restarted meanwhile', async () => {
  const first = await machine.agent({ killOnStop: false });
  const task = run('echo up; sleep 60', { timeoutSeconds: 2 });
  await eventually('output', () => task.output.stdout.length > 0);
  const began = performance.now();
  await first[Symbol.asyncDispose]();
  await eventually('a second', () => performance.now() - began > 1_000);
  await machine.agent();
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.TIMEOUT });
  expect(performance.now() - began).toBeLessThan(2_900);
});

it('F4: calls a script interrupted that a reboot ended, and does not run it again', async () => {
  const first = await machine.agent({ killOnStop: false });
  const log = join(machine.dataDir, 'log');
  const task = run(`echo start >>${log}; echo up; sleep 60`);
  await eventually('output', () => task.output.stdout.length > 0);
  await first[Symbol.asyncDispose]();
  process.kill(findSupervisor(task.id)!, 'SIGKILL');
  const groups = new ControlGroups({ processes: 0, memoryBytes: 0 });
  const { instanceId } = machine.identity;
  await killTree({ instanceId, invocationTaskId: task.id }, { groups, exited: () => true });
  await machine.agent({ host: { ...hostFacts('machine'), bootId: 'another boot' } });
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.INTERRUPTED, exitCode: -1 });
  expect(result.errorInfo).toMatch(/^INTERRUPTED: the machine restarted/);
  expect(task.output.stdout.toString()).toBe('up\n');
  expect(readFileSync(log, 'utf8')).toBe('start\n');
});

it('lets scripts run on when it is stopped, or kills them where it is told to', async () => {
  const nap = `${600 + Math.random()}`;
  const first = await machine.process({ MUSTER_AGENT_KILL_ON_STOP: 'true' });
  expect(await first.ready).toMatchObject({ ready: true, instanceId: machine.identity.instanceId });
  const killed = run(`echo up; sleep ${nap}`);
  await eventually('output', () => killed.output.stdout.length > 0);
  await first.stop('SIGTERM');
  expect(processesWith(nap)).toEqual([]);
  expect(first.child.exitCode).toBe(0);

  const second = await machine.process();
  expect(await killed.result).toMatchObject({ outcome: TaskOutcome.TERMINATED });
  const kept = run(`echo up; sleep ${nap}`);
  await eventually('output', () => kept.output.stdout.length > 0);
  await second.stop('SIGTERM');
  // the shell may say `up` some time before its sleep is a process of that name
  await expect.poll(() => processesWith(nap)).toHaveLength(1);
  await machine.process();
  machine.service.cancel(kept);
  await hello(3);
  machine.service.cancel(kept);
  expect(await kept.result).toMatchObject({ outcome: TaskOutcome.TERMINATED });
});

it('sets entries aside that do not hold together, has the ends of those reported that ran, and works on', async () => {
  const folder = join(machine.dataDir, 'journal', 'tasks', 'invt-broken00');
  const unfinished = join(machine.dataDir, 'journal', 'tasks', 'invt-half0000');
  for (const path of [folder, unfinished]) mkdirSync(path, { recursive: true });
  writeFileSync(join(folder, 'claim'), 'abc');
  writeFileSync(join(folder, 'order'), Buffer.from([255, 255]));
  await machine.agent();
  expect((await hello(1)).held).toEqual([]);
  expect(readdirSync(join(machine.dataDir, 'journal', 'corrupt'))).toEqual([expect.stringMatching(/^invt-broken00\./)]);
  expect(readdirSync(join(machine.dataDir, 'journal', 'tasks'))).toEqual([]);
  await run('true').result;
});

it('kills and reports a script whose journal entry was damaged', async () => {
  const nap = `${500 + Math.random()}`;
  const first = await machine.agent({ killOnStop: false });
  const task = run(`echo up; sleep ${nap}`);
  await eventually('output', () => task.output.stdout.length > 0);
  await first[Symbol.asyncDispose]();
  writeFileSync(join(machine.dataDir, 'journal', 'tasks', task.id, 'launch'), '{');
  await machine.agent();
  expect((await hello(2)).held).toMatchObject([{ invocationTaskId: task.id, state: HeldState.FINISHED }]);
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.INTERRUPTED, exitCode: -1 });
  expect(result.errorInfo).toMatch(/^INTERRUPTED: the agent's journal entry of the task is corrupt/);
  await eventually('the end of the script', () => processesWith(nap).length === 0);
});

it('refuses more tasks than its journal may hold, says why, and takes more when some are over', async () => {
  await machine.agent({ journalMaxTasks: 2 });
  const held = [1, 2].map(() => run(machine.hold));
  await eventually('their starts', () => held.every(({ starts }) => starts.length > 0));
  const refused = await run('true').result;
  expect(refused).toMatchObject({ outcome: TaskOutcome.START_FAILED, exitCode: -1 });
  expect(refused.errorInfo).toBe('JOURNAL_FULL: the agent holds 2 tasks that are not over, and may hold 2');
  machine.release();
  for (const { result } of held) expect(await result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
  const journal = join(machine.dataDir, 'journal', 'tasks');
  await eventually('an empty journal', () => readdirSync(journal).length === 0);
  expect(await run('true').result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
});

it('gives up a result that nobody took for as long as it may wait, and not a day earlier', async () => {
  machine.service.answerResults = false;
  const first = await machine.agent();
  const tasks = [run('exit 3'), run('exit 4')];
  await eventually('their results', () => tasks.every(({ results }) => results.length > 0));
  await first[Symbol.asyncDispose]();
  const days = [29, 31];
  tasks.forEach(({ id }, index) => {
    const then = Date.now() / 1_000 - days[index]! * 86_400;
    utimesSync(join(machine.dataDir, 'journal', 'tasks', id, 'result'), then, then);
  });
  machine.service.answerResults = true;
  const said: unknown[] = [];
  const logger = {
    ...silentLogger,
    child: () => logger,
    error: (what: unknown) => said.push(what),
  } as unknown as Logger;
  await machine.agent({ logger });
  await tasks[0]!.result;
  expect(tasks[1]!.ended).toBe(false);
  expect(said).toMatchObject([{ invocationTaskId: tasks[1]!.id, exitCode: 4 }]);
});

it('comes back when the bus was killed, and loses no output meanwhile', async () => {
  using folder = tempDirectory();
  await using first = await startNatsServer({ directory: folder.path });
  const port = Number(new URL(first.url).port);
  await using service = await startFakeService(first);
  using dataDir = tempDirectory();
  const identity = await service.identity();
  await using _agent = await agentHere(dataDir.path, identity);
  const task = service.send(identity.instanceId, {
    username: ME,
    content: Buffer.from('for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.3; done'),
  });
  await eventually('output', () => task.output.stdout.length > 0);
  await first.kill();
  await using _second = await startNatsServer({ directory: folder.path, port });
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
  expect(task.output.stdout.toString()).toBe('1\n2\n3\n4\n5\n6\n7\n8\n');
  expect(task.starts).toHaveLength(1);
});
