import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, tempDirectory } from '@muster/testkit';
import type { Kysely } from 'kysely';
import { expect, it } from 'vitest';
import type { Schema } from '../src/store/schema.ts';
import { startScheduler } from '../src/timers/scheduler.ts';
import { fillFiringStore, firedOf, firingParts, isSettled, openFiringStore } from './firing-parts.ts';

const PROCESS = fileURLToPath(new URL('./firing-process.ts', import.meta.url));

/** Runs a scheduler on a store until it is done or has killed itself; gives the signal that ended it. */
async function schedulerProcess(file: string, dieAt = 'never'): Promise<NodeJS.Signals | null> {
  const child = fork(PROCESS, [file, dieAt], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (code !== 0 && signal === null) throw new Error(`the scheduler's process ended with ${code}`);
  return signal;
}

/** Runs a scheduler here until it is done; gives the steps that it took. */
async function schedule(db: Kysely<Schema>): Promise<string[]> {
  const steps: string[] = [];
  const scheduler = startScheduler(firingParts(db, (step) => void steps.push(step)));
  await eventually('nothing is left', () => isSettled(db));
  await scheduler[Symbol.asyncDispose]();
  return steps;
}

/** Every step of firing one slot, in order. */
const STEPS: string[] = await stepsOfOneFiring();

async function stepsOfOneFiring(): Promise<string[]> {
  using folder = tempDirectory('muster-firing-');
  const db = await openFiringStore(join(folder.path, 'invocation.db'));
  await fillFiringStore(db, 1);
  const steps = await schedule(db);
  await db.destroy();
  return steps;
}

it('takes these steps', () => {
  const write = (serial: number) => ['before', 'in', 'after'].map((when) => `${when} write ${serial}`);
  expect(STEPS).toEqual([
    // what was left open, the claim, the lease
    ...[...write(1), ...write(2), ...write(3)],
    ...['issue', 'authenticate', 'resolve', 'authorize'],
    // the run with its record
    ...write(4),
  ]);
});

it.each(STEPS)('a scheduler that gets no further than `%s` neither loses the slot nor fires it twice', async (last) => {
  using folder = tempDirectory('muster-firing-');
  const file = join(folder.path, 'invocation.db');
  const before = await openFiringStore(file);
  const [invokerId] = await fillFiringStore(before, 1);
  await new Promise<void>((resolve) => {
    startScheduler(firingParts(before, (step) => (step === last ? new Promise(() => resolve()) : undefined)));
  });
  await before.destroy();

  const db = await openFiringStore(file);
  await schedule(db);
  expect(await firedOf(db, invokerId!)).toEqual({ outcome: 'STARTED', runs: 1 });
  await db.destroy();
});

// the claim and the run, not committed and just committed
it.each(['in write 2', 'after write 2', 'in write 4', 'after write 4'])(
  'nor does one that is killed at `%s`',
  async (step) => {
    using folder = tempDirectory('muster-firing-');
    const file = join(folder.path, 'invocation.db');
    const before = await openFiringStore(file);
    const [invokerId] = await fillFiringStore(before, 1);
    await before.destroy();
    expect(await schedulerProcess(file, step)).toBe('SIGKILL');

    const db = await openFiringStore(file);
    await schedule(db);
    expect(await firedOf(db, invokerId!)).toEqual({ outcome: 'STARTED', runs: 1 });
    await db.destroy();
  },
  60_000,
);

it('F42: two schedulers on one store fire every slot once', async () => {
  using folder = tempDirectory('muster-firing-');
  const file = join(folder.path, 'invocation.db');
  const before = await openFiringStore(file);
  const ids = await fillFiringStore(before, 60);
  await before.destroy();

  expect(await Promise.all([schedulerProcess(file), schedulerProcess(file)])).toEqual([null, null]);

  const db = await openFiringStore(file);
  for (const id of ids) expect(await firedOf(db, id)).toEqual({ outcome: 'STARTED', runs: 1 });
  await db.destroy();
}, 60_000);
