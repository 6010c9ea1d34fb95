import { Refusal } from '@muster/kernel';
import type { Kysely, Transaction } from 'kysely';
import { StoreUnavailable } from './store-faults.ts';

/** A piece of work that wants to be committed together with others. */
export type Work<T, R> = (trx: Transaction<T>) => Promise<R>;

interface Pending<T> {
  readonly work: Work<T, unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits small writes in groups: an fsync is what a commit costs, and it costs the same for one write as for hundreds.
 * Work that arrives while a group is being written forms the next one, so an idle store answers at once and a busy one in few,
 * large transactions. Resolves only after the commit. When a member throws, the group is rolled back and every member runs alone,
 * so that one bad write fails by itself (unless it is the store that takes nothing: then all are refused at once); work must therefore be safe to run again after a rollback.
 * At most `mostWaiting` pieces wait; more are refused at once with ServiceUnavailable.
 */
export function groupCommit<T>(
  db: Kysely<T>,
  { most = 256, mostWaiting = 20_000 }: { most?: number; mostWaiting?: number } = {},
): <R>(work: Work<T, R>) => Promise<R> {
  let waiting: Pending<T>[] = [];
  let writing = false;

  const write = async () => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await commit(group);
    }
    writing = false;
  };
  const commit = async (group: Pending<T>[]) => {
    try {
      const results = await db.transaction().execute(async (trx) => {
        const values: unknown[] = [];
        for (const { work } of group) values.push(await work(trx));
        return values;
      });
      group.forEach(({ resolve }, index) => {
        resolve(results[index]);
      });
    } catch (error) {
      // what the store does not take together it does not take one by one
      if (group.length === 1 || error instanceof StoreUnavailable) for (const { reject } of group) reject(error);
      else for (const pending of group) await commit([pending]);
    }
  };

  return <R>(work: Work<T, R>) =>
    new Promise<R>((resolve, reject) => {
      if (waiting.length >= mostWaiting) {
        // nothing of it was begun; whoever asked may ask again
        reject(new Refusal('unavailable', 'ServiceUnavailable', 'the store is busy; try again in a second'));
        return;
      }
      waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      // the turn's other arrivals join the same group
      if (!writing) {
        writing = true;
        setImmediate(() => void write());
      }
    });
}
