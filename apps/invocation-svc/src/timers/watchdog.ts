import type { Context } from '../context.ts';
import { expire } from '../domain/task-end.ts';
import { queueOn } from '../domain/task-start.ts';
import { RunReader } from '../store/run-reader.ts';
import { type Alarm, startAlarm } from './alarm.ts';
import type { Dispatch } from './dispatch.ts';

const BATCH = 200;

type WatchdogContext = Pick<Context, 'clock' | 'db' | 'logger' | 'rules' | 'write'> & Pick<Dispatch, 'isSending'>;

/** Closes what nobody else will: tasks that did not start in time, and started ones that nothing was heard of. */
export function startWatchdog({ clock, db, isSending, logger, rules, write }: WatchdogContext): Alarm {
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
          const queued = isSending(task.accountUin) ? queueOn(task, now, rules) : undefined;
          const next = queued ?? expire(task, now);
          if (next) await runs.change(task, next);
        }
      });
      return reader.nextMoment('deadline_at');
    },
  });
}
