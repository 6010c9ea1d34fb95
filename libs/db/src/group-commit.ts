import { FairQueue, Refusal } from '@muster/kernel';
import type { Kysely, Transaction } from 'kysely';
import { StoreUnavailable } from './store-faults.ts';

/** A piece of work that wants to be committed together with others. */
export type Work<T, R> = (trx: Transaction<T>) => Promise<R>;

interface Pending<T> {
  readonly work: Work<T, unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How much is written at once, and how much may wait. */
export interface GroupCommitOptions {
  /** Pieces of work in one transaction. */
  readonly most?: number;
  /** Milliseconds after which a transaction takes in no more: nothing else happens in the process meanwhile. */
  readonly mostMs?: number;
  /** Pieces that may wait: of one account, and in all. */
  readonly mostOfOne?: number;
  readonly mostWaiting?: number;
}

/** Commits pieces of work in groups. */
export interface GroupCommit<T> {
  /** Resolves after the commit. `whose` names the account that the work is done for, if it is done for one. */
  <R>(work: Work<T, R>, whose?: string): Promise<R>;
  /** Resolves once nothing waits any more. */
  settled(): Promise<void>;
}

/**
 * Commits small writes in groups: an fsync is what a commit costs, and it costs the same for one write as for hundreds.
 * Work that arrives while a group is being written forms the next ones, so an idle store answers at once and a busy one in few,
 * large transactions; what waits is taken in turns of those whose it is. When a member throws, the group is rolled back and every member runs
 * alone, so that one bad write fails by itself (unless it is the store that takes nothing: then all are refused at once); work must therefore be
 * safe to run again after a rollback. What is too much to wait is refused at once with ServiceUnavailable.
 */
export function groupCommit<T>(
  db: Kysely<T>,
  { most = 256, mostMs = 5, mostOfOne = 10_000, mostWaiting = 20_000 }: GroupCommitOptions = {},
): GroupCommit<T> {
  const waiting = new FairQueue<Pending<T>>();
  let writing: Promise<void> | undefined;

  const write = async () => {
    while (waiting.size > 0) {
      // the turn's other arrivals join the same group, and what arrived during the last one is heard first
      await new Promise(setImmediate);
      await commit();
    }
    writing = undefined;
  };
  const commit = async () => {
    const group: Pending<T>[] = [];
    const wholeGroup = async (trx: Transaction<T>) => {
      const values: unknown[] = [];
      const until = performance.now() + mostMs;
      do {
        const pending = waiting.shift()!;
        group.push(pending);
        values.push(await pending.work(trx));
      } while (waiting.size > 0 && group.length < most && performance.now() < until);
      return values;
    };
    try {
      const results = await db.transaction().execute(wholeGroup);
      group.forEach(({ resolve }, index) => {
        resolve(results[index]);
      });
    } catch (error) {
      if (group.length > 1 && !(error instanceof StoreUnavailable)) {
        for (const pending of group) await alone(pending);
        return;
      }
      // what the store does not take together it does not take one by one
      const refused = error instanceof StoreUnavailable || group.length === 0 ? most : 1;
      while (waiting.size > 0 && group.length < refused) group.push(waiting.shift()!);
      for (const { reject } of group) reject(error);
    }
  };
  const alone = ({ work, resolve, reject }: Pending<T>) => db.transaction().execute(work).then(resolve, reject);

  return Object.assign(
    <R>(work: Work<T, R>, whose = '') =>
      new Promise<R>((resolve, reject) => {
        if (waiting.size >= mostWaiting || waiting.sizeOf(whose) >= mostOfOne) {
          // nothing of it was begun; whoever asked may ask again
          reject(new Refusal('unavailable', 'ServiceUnavailable', 'the store is busy; try again in a second'));
          return;
        }
        waiting.push(whose, { work, resolve: resolve as (value: unknown) => void, reject });
        writing ??= write();
      }),
    { settled: async () => writing },
  );
}
