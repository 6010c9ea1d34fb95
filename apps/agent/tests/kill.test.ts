import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TaskOutcome } from '@muster/contract';
import { eventually } from '@muster/testkit';
import { expect, it } from 'vitest';
import { findSupervisor } from '../src/supervisor/process-list.ts';
import { processesWith } from './machine.ts';
import { oneMachine } from './one-machine.ts';

const machine = oneMachine();
const { run } = machine;

/** A duration that no other process of the machine sleeps for. */
const uniqueSleep = () => `${300 + Math.floor(Math.random() * 1e6)}.${process.pid}`;

it('F30, F31: kills the whole tree at the time limit: also what left the session, and what ignores TERM', async () => {
  await machine.agent();
  const naps = [uniqueSleep(), uniqueSleep(), uniqueSleep()];
  const task = run(
    `setsid sleep ${naps[0]} & (trap '' TERM; sleep ${naps[1]}; sleep ${naps[1]}) & echo up; env -i sleep ${naps[2]}`,
    { timeoutSeconds: 1 },
  );
  const began = performance.now();
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.TIMEOUT, exitCode: -1, errorInfo: '' });
  expect(task.output.stdout.toString()).toBe('up\n');
  expect(naps.flatMap((nap) => processesWith(nap))).toEqual([]);
  // the limit, the grace of those who ignore TERM, and some slack
  expect(performance.now() - began).toBeGreaterThan(5_900);
  expect(performance.now() - began).toBeLessThan(10_000);
});

it('lets a script tidy up after TERM', async () => {
  await machine.agent();
  const task = run("trap 'echo tidy; exit 0' TERM; echo up; while :; do sleep 0.1; done", { timeoutSeconds: 1 });
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.TIMEOUT, exitCode: -1 });
  expect(task.output.stdout.toString()).toBe('up\ntidy\n');
});

it('kills a running script on cancel', async () => {
  await machine.agent();
  const nap = uniqueSleep();
  const task = run(`echo up; sleep ${nap}; echo never`);
  await eventually('output', () => task.output.stdout.length > 0);
  machine.service.cancel(task);
  machine.service.cancel(task);
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.TERMINATED, exitCode: -1 });
  expect(task.output.stdout.toString()).toBe('up\n');
  expect(processesWith(nap)).toEqual([]);
});

it('cancels in the moment of the start without leaving anything running', async () => {
  await machine.agent();
  for (let round = 0; round < 10; round++) {
    const nap = uniqueSleep();
    machine.service.decideStart = (asking) => {
      setTimeout(() => machine.service.cancel(asking), round * 2);
      return true;
    };
    const task = run(`sleep ${nap}`);
    expect(await task.result).toMatchObject({ outcome: TaskOutcome.TERMINATED, exitCode: -1 });
    expect(processesWith(nap)).toEqual([]);
  }
});

it('runs as many scripts at once as it may, the others in the order they came', async () => {
  await machine.agent({ concurrency: 1 });
  const log = join(machine.dataDir, 'log');
  const tasks = [1, 2, 3].map((number) =>
    run(`echo +${number} >>${log}; sleep 0.2; echo -${number} >>${log}; cat ${log}`),
  );
  await Promise.all(tasks.map(({ result }) => result));
  expect(tasks[2]!.output.stdout.toString().split('\n').join('')).toBe('+1-1+2-2+3-3');
});

it('never starts a task that is cancelled while it waits for its turn', async () => {
  await machine.agent({ concurrency: 1 });
  const first = run('sleep 1');
  await eventually('the first start', () => first.starts.length > 0);
  const mark = join(machine.dataDir, 'mark');
  const granted = run(`touch ${mark}`);
  const refused = run(`touch ${mark}`);
  machine.service.decideStart = (task) => task !== refused;
  machine.service.cancel(granted);
  machine.service.cancel(refused);
  // the one was allowed to start before the cancel was decided: that is TERMINATED; the other was not, and is just dropped
  expect(await granted.result).toMatchObject({ outcome: TaskOutcome.TERMINATED, exitCode: -1 });
  await eventually('the question of the other', () => refused.starts.length > 0);
  await first.result;
  expect(refused.results).toEqual([]);
  expect(existsSync(mark)).toBe(false);
});

it('F29: finishes at once when a child goes on in the background with the outputs open', async () => {
  await machine.agent();
  const nap = uniqueSleep();
  const task = run(`sleep ${nap} & echo done`);
  const began = performance.now();
  expect(await task.result).toMatchObject({ outcome: TaskOutcome.SUCCESS });
  expect(performance.now() - began).toBeLessThan(2_500);
  expect(task.output.stdout.toString()).toBe('done\n');
  const [daemon] = processesWith(nap);
  expect(daemon).toBeDefined();
  process.kill(daemon!);
});

it('says so when the supervisor is killed, and leaves no script without one', async () => {
  await machine.agent();
  const nap = uniqueSleep();
  const task = run(`echo up; sleep ${nap}`);
  await eventually('output', () => task.output.stdout.length > 0);
  process.kill(findSupervisor(task.id)!, 'SIGKILL');
  const result = await task.result;
  expect(result).toMatchObject({ outcome: TaskOutcome.INTERRUPTED, exitCode: -1 });
  expect(result.errorInfo).toMatch(/^INTERRUPTED: the supervisor/);
  expect(processesWith(nap)).toEqual([]);
});
