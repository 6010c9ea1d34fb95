import type { Context } from './context.ts';
import { SESSION_SETTLES_MS } from './domain/delivery.ts';
import type { TaskHooks } from './machine-context.ts';
import { reconcileTasks } from './reconcile-tasks.ts';

/** What tasks have to do with the sessions of machines. */
export function taskHooks({
  write,
  clock,
  logger,
  kickDispatch,
  rules,
}: Pick<Context, 'write' | 'clock' | 'logger' | 'kickDispatch' | 'rules'>): TaskHooks {
  return {
    reconcile: (unit, holding) => reconcileTasks(unit, { ...holding, rules, now: clock.now() }),
    onSession({ instanceId }) {
      write(({ runs }) => runs.makeDue(instanceId, clock.now() + SESSION_SETTLES_MS)).then(kickDispatch, (error) =>
        logger.error({ err: error, instanceId }, 'tasks of a new session wait for their next turn'),
      );
    },
  };
}
