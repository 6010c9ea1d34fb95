import { groupCommit } from '@muster/db';
import type { Kysely, Transaction } from 'kysely';
import type { RunChange } from '../domain/run-change.ts';
import { RunWriter } from './run-writer.ts';
import type { Schema } from './schema.ts';

/** What a piece of work may change; every change of it is committed or none is. */
export interface UnitOfWork {
  /** For stores that are made on a transaction. */
  readonly trx: Transaction<Schema>;
  /** Runs and their tasks; what it changes is told to watchers once it is committed. */
  readonly runs: RunWriter;
}

/**
 * Commits work, in one transaction with other work that arrives at the same time. Resolves after the commit. Work must be safe
 * to run again after a rollback, and must enter without awaiting anything first where the order of arrival counts.
 */
export type Write = <R>(work: (unit: UnitOfWork) => Promise<R>) => Promise<R>;

/** The one way to change the store. `committed` hears of every commit, in order, with what changed in runs. */
export function unitsOfWork(db: Kysely<Schema>, committed: (changes: readonly RunChange[]) => void): Write {
  const commit = groupCommit(db);
  return async (work) => {
    // nothing may come between the commit and `committed`, or changes would be told out of order
    const { result } = await commit(async (trx) => {
      const runs = new RunWriter(trx);
      const result = await work({ trx, runs });
      return { result, changes: await runs.settle() };
    }).then((done) => {
      committed(done.changes);
      return done;
    });
    return result;
  };
}
