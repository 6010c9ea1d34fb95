import type { Context } from '../context.ts';
import { expire } from '../domain/task.ts';
import { RunReader } from '../store/run-reader.ts';
import { type Alarm, startAlarm } from './alarm.ts';

const BATCH = 200;

/** Closes what nobody else will: tasks that did not start in time, and started ones that nothing was heard of. */
export function startWatchdog({ clock, db, logger, write }: Pick<Context, 'clock' | 'db' | 'logger' | 'write'>): Alarm {
  const reader = new RunReader(db);
  return startAlarm({
    clock,
    onError: (error) => logger.error({ err: error }, 'the watchdog failed; it tries again'),
    async work() {
      const next = await reader.nextMoment('deadline_at');
      if (next === undefined || next > clock.now()) return next;
      await write(async ({ runs }) => {
        const now = clock.now();
        for (const task of await runs.overdue(now, BATCH)) {
          const closed = expire(task, now);
          if (closed) await runs.change(task, closed);
        }
      });
      return reader.nextMoment('deadline_at');
    },
  });
}
