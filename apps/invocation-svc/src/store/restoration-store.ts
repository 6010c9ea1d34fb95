import type { Transaction } from 'kysely';
import { isWaiting, TASK_STATUSES } from '../domain/task-status.ts';
import type { Schema } from './schema.ts';
import type { OrphanTable } from './tables/orphan.ts';

/** Orphans that one machine may leave: what it says is believed, but not without end. */
const MOST_OF_INSTANCE = 1_000;

/** What a store knows of having been restored, and what machines told it of tasks that it does not know. */
export class RestorationStore {
  readonly #trx: Transaction<Schema>;

  constructor(trx: Transaction<Schema>) {
    this.#trx = trx;
  }

  /** Whether it ever was. */
  async isRestored(): Promise<boolean> {
    return (await this.#trx.selectFrom('restoration').select('taken_at').executeTakeFirst()) !== undefined;
  }

  /** When the backup was made (epoch milliseconds) whose restoration the service has not dealt with yet. */
  async unsettled(): Promise<number | undefined> {
    const row = await this.#trx
      .selectFrom('restoration')
      .select('taken_at')
      .where('settled', '=', 0)
      .orderBy('taken_at')
      .executeTakeFirst();
    return row?.taken_at;
  }

  async settle(): Promise<void> {
    await this.#trx.updateTable('restoration').set({ settled: 1 }).execute();
  }

  /** Some tasks that have not started, by what the store knows, and were not to wait for an absent machine. */
  async unstarted(limit: number): Promise<string[]> {
    const rows = await this.#trx
      .selectFrom('invocation_task')
      .select('invocation_task_id')
      .where('status', 'in', TASK_STATUSES.filter(isWaiting))
      .where('offline_expires_at', 'is', null)
      .limit(limit)
      .execute();
    return rows.map((row) => row.invocation_task_id);
  }

  /** Keeps what a machine says of a task that is in no row. True when it is new; what a machine says past a limit is not kept. */
  async keepOrphan(orphan: OrphanTable): Promise<boolean> {
    const { kept } = await this.#trx
      .selectFrom('orphan')
      .select((select) => select.fn.countAll<number>().as('kept'))
      .where('instance_id', '=', orphan.instance_id)
      .executeTakeFirstOrThrow();
    if (kept >= MOST_OF_INSTANCE) return false;
    const { numInsertedOrUpdatedRows } = await this.#trx
      .insertInto('orphan')
      .values(orphan)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return (numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** How many there are. */
  async orphans(): Promise<number> {
    const { count } = await this.#trx
      .selectFrom('orphan')
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }
}
