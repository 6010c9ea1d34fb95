import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { describe, expect, it } from 'vitest';
import { ControlGroups } from '../src/supervisor/control-groups.ts';
import { processesWith } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;
const groups = new ControlGroups({ processes: 0, memoryBytes: 0 });
const holds = (...names: string[]) => {
  const wanted = new ControlGroups({
    processes: names.includes('processes') ? 1 : 0,
    memoryBytes: names.includes('memory') ? 1 : 0,
  });
  return wanted.usable && wanted.unheld.length === 0;
};

/** A duration that no other process of the machine sleeps for. */
const uniqueSleep = () => `${300 + Math.floor(Math.random() * 1e6)}.${process.pid}`;

/** A Python script that becomes a daemon in one of the ways that lose a hunter, and sleeps. */
const daemon = (nap: string, ways: string) => `
import os, sys, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
if 'fds' in '${ways}': os.closerange(0, 256)
if 'dir' in '${ways}': os.chdir('/')
environment = {} if 'env' in '${ways}' else os.environ
os.execve('/bin/sleep', ['-bash' if 'name' in '${ways}' else 'sleep', '${nap}'], environment)
`;

describe('F30: a child that hides is gone when the task is, at the time limit', () => {
  it.each([
    ['leaves the session', 'none', false],
    ['closes every descriptor and leaves the directory', 'fds dir', false],
    ['calls itself something else', 'name', false],
    ['drops its environment, its session and its parents at once', 'env fds dir name', true],
  ])('that %s', async (_, ways, needsGroups) => {
    if (needsGroups && !groups.usable) return expect(process.getuid!()).toBeGreaterThanOrEqual(0);
    await machine.agent();
    const nap = uniqueSleep();
    const file = join(machine.dataDir, 'daemon.py');
    writeFileSync(file, daemon(nap, ways));
    const task = run(`python3 ${file}; echo up; sleep 60`, { timeoutSeconds: 2 });
    expect(await task.result).toMatchObject({ outcome: TaskOutcome.TIMEOUT, errorInfo: '' });
    expect(processesWith(nap)).toEqual([]);
  });
});

it('F30: the same children are gone after a cancel', async () => {
  await machine.agent();
  const nap = uniqueSleep();
  const file = join(machine.dataDir, 'daemon.py');
  writeFileSync(file, daemon(nap, groups.usable ? 'env fds dir name' : 'fds dir name'));
  const task = run(`python3 ${file}; echo up; sleep 60`);
  await eventually('the daemon', () => processesWith(nap).length === 1 && task.output.stdout.length > 0);
  machine.service.cancel(task);
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.TERMINATED, errorInfo: '' });
  expect(processesWith(nap)).toEqual([]);
});

it('F30: without control groups the mark and the session still find who leaves the group', async () => {
  const none = new ControlGroups({ processes: 0, memoryBytes: 0 }, '');
  expect(none.usable).toBe(false);
  await machine.agent({ groups: none });
  const nap = uniqueSleep();
  const task = run(`setsid sleep ${nap} & echo up; sleep 60`, { timeoutSeconds: 1 });
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.TIMEOUT, errorInfo: '' });
  expect(processesWith(nap)).toEqual([]);
});

it.skipIf(!holds('processes'))(
  'F32: a fork bomb meets its limit, is killed whole, and the agent goes on beating',
  async () => {
    await machine.agent({ scriptMaxProcesses: 48 });
    const name = `muster-bomb-${process.pid}`;
    const file = join(machine.dataDir, name);
    // it does not die of what it cannot have: the crowd stays at the limit
    const bomb = ['import os, time', 'while True:', '  try: os.fork()', '  except OSError: time.sleep(0.05)'];
    writeFileSync(file, bomb.join('\n'));
    const task = run(`python3 ${file}`, { timeoutSeconds: 3 });
    await eventually('a crowd', () => processesWith(name).length > 30);
    expect(processesWith(name).length).toBeLessThanOrEqual(48);
    const beats = machine.service.heartbeats.length;
    await eventually('two heartbeats', () => machine.service.heartbeats.length >= beats + 2);
    expect(await task.result).toMatchObject({ outcome: TaskOutcome.TIMEOUT, errorInfo: '' });
    expect(processesWith(name)).toEqual([]);
    // another script is none the worse for it
    expect(await run('true').result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
  },
  30_000,
);

it.skipIf(!holds('memory'))('F33: memory that runs out ends the script, not the agent, and is named', async () => {
  await machine.agent({ scriptMaxMemoryMb: 48 });
  const hog = run(`python3 -c "x = b'x' * (200 << 20)"`);
  const result = await hog.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.FAILED, exitCode: 137 });
  expect(result.errorInfo).toMatch(/^OUT_OF_MEMORY: /);
  expect(await run('true').result).toMatchObject({ outcome: TaskOutcome.SUCCESS, errorInfo: '' });
});

it('F34: many quick tasks and orphans leave no zombies and no groups', async () => {
  const agent = await machine.process({ MUSTER_AGENT_CONCURRENCY: '20' });
  const tasks = Array.from({ length: 60 }, (_, number) => run(number % 3 ? 'exit 3' : '(sleep 0.1 &) ; exit 3'));
  for (const task of tasks) expect(await task.result).toMatchObject({ exitCode: 3 });
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
  expect(zombiesOf(agent.child.pid!)).toEqual([]);
  const { instanceId } = machine.identity;
  for (const { id } of tasks) expect(groups.members({ instanceId, invocationTaskId: id })).toEqual(new Set());
});

it('keeps the control group of a child that goes on after its task, and removes it some time after the child', async () => {
  if (!groups.usable) return expect(process.getuid!()).toBeGreaterThanOrEqual(0);
  const first = await machine.agent();
  const nap = uniqueSleep();
  const task = run(`sleep ${nap} &`);
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
  await eventually('an empty journal', () => readdirSync(join(machine.dataDir, 'journal', 'tasks')).length === 0);
  const { instanceId } = machine.identity;
  const member = { instanceId, invocationTaskId: task.id };
  const [child] = groups.members(member);
  expect(processesWith(nap)).toEqual([child]);
  process.kill(child!);
  await eventually('its end', () => groups.members(member).size === 0);
  await first[Symbol.asyncDispose]();
  await machine.agent();
  expect(groups.exists(member)).toBe(false);
});

it('F35: a time limit that meets the end is one or the other, never both', async () => {
  await machine.agent({ concurrency: 16 });
  const tasks = Array.from({ length: 32 }, (_, round) =>
    run(`sleep ${(0.86 + (round % 16) / 100).toFixed(2)}; exit 7`, { timeoutSeconds: 1 }),
  );
  for (const task of tasks) {
    const { outcome, exitCode } = await task.result;
    expect([
      [TaskOutcome.FAILED, 7],
      [TaskOutcome.TIMEOUT, -1],
    ]).toContainEqual([outcome, exitCode]);
    expect(task.results).toHaveLength(1);
  }
});

it('names the limits that a machine cannot hold scripts to', () => {
  expect(new ControlGroups({ processes: 5, memoryBytes: 5 }, '').unheld).toEqual(['processes', 'memory']);
  expect(new ControlGroups({ processes: 0, memoryBytes: 0 }, '').unheld).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), 'muster-groups-'));
  // a folder that is none of the kernel's takes no processes
  const fake = new ControlGroups({ processes: 5, memoryBytes: 0 }, `cgroup2 ${folder} cgroup2 rw 0 0`);
  expect(fake.usable).toBe(false);
  rmSync(folder, { recursive: true });
});

/** The dead children that a process has not let go of. */
function zombiesOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state === 'Z' && Number(ppid) === parent;
      } catch {
        return false;
      }
    });
}
