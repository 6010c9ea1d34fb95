import { addToOutbox, groupCommit, type OutboxMessage } from '@muster/db';
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
 * to run again after a rollback, and must be handed in without awaiting anything first where the order of arrival counts. `whose` names the
 * account, or its tenant on the bus, that it is done for: accounts take turns, and only what one of them hands in keeps its order.
 */
export type Write = <R>(work: (unit: UnitOfWork) => Promise<R>, whose?: string) => Promise<R>;

/** The one way to change the store, as whoever opened it has it. */
export interface Writes extends Write {
  /** Resolves once nothing waits any more. */
  settled(): Promise<void>;
}

/** Who is told of changes. */
export interface ChangeListeners {
  /** The event that goes out with a change, beside it in the same transaction. */
  readonly announce: (change: RunChange) => OutboxMessage | undefined;
  /** Hears of every commit, in order. */
  readonly committed: (changes: readonly RunChange[]) => void;
}

/** Opens the one way to change the store. */
export function unitsOfWork(db: Kysely<Schema>, { announce, committed }: ChangeListeners): Writes {
  const commit = groupCommit(db);
  const write: Write = (work, whose) =>
    commit(async (trx) => {
      const runs = new RunWriter(trx);
      const result = await work({ trx, runs });
      const changes = await runs.settle();
      await addToOutbox(
        trx,
        changes.map(announce).filter((message) => message !== undefined),
      );
      return { result, changes };
      // nothing may come between the commit and the telling, or changes would be told out of order
    }, whose).then(({ result, changes }) => {
      committed(changes);
      return result;
    });
  return Object.assign(write, { settled: commit.settled });
}
