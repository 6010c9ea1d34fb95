import { eventually } from '@muster/testkit';
import { startScheduler } from '../src/timers/scheduler.ts';
import { firingParts, isSettled, openFiringStore } from './firing-parts.ts';

/** A scheduler as a process of its own, which kills itself at a step, or ends when nothing is left to fire. */
const [file, dieAt] = process.argv.slice(2) as [string, string];
const db = await openFiringStore(file);
const parts = firingParts(db, (step) => {
  if (step === dieAt) process.kill(process.pid, 'SIGKILL');
});
const scheduler = startScheduler(parts);
await eventually('nothing is left', () => isSettled(db), 60_000);
await scheduler[Symbol.asyncDispose]();
await db.destroy();
