import type { Context } from './context.ts';
import { adopt } from './domain/task-start.ts';
import { RestorationStore } from './store/restoration-store.ts';

/** Tasks of one transaction. */
const BATCH = 500;

/**
 * Deals with a store that was restored: what had not started when the backup was made has most likely been started since, so it is not
 * sent again. It counts as started; its machine says at hello how far it is, or that it has nothing of it, which ends it as INTERRUPTED.
 * Only what waits for an absent machine goes on waiting: that machine's own list of finished tasks decides. Nothing to do otherwise.
 */
export async function settleRestoration({
  write,
  clock,
  logger,
  rules,
}: Pick<Context, 'write' | 'clock' | 'logger' | 'rules'>): Promise<void> {
  const takenAt = await write(({ trx }) => new RestorationStore(trx).unsettled());
  if (takenAt === undefined) return;
  let adopted = 0;
  for (let more = true; more; ) {
    more = await write(async ({ trx, runs }) => {
      const store = new RestorationStore(trx);
      const ids = await store.unstarted(BATCH);
      for (const id of ids) {
        let task = await runs.task(id);
        for (const step of task ? adopt(task, clock.now(), rules) : []) {
          await runs.change(task!, step);
          task = step;
        }
      }
      if (ids.length === 0) await store.settle();
      adopted += ids.length;
      return ids.length > 0;
    });
  }
  logger.warn(
    { backup: new Date(takenAt).toISOString(), tasks: adopted },
    'the store was restored: what had not started in it counts as started until its machine says more',
  );
}
