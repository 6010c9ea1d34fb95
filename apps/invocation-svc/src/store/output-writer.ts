import { sql, type Transaction } from 'kysely';
import { BLOCK_BYTES, BLOCK_PIECES, WORTH_PACKING_BYTES } from '../domain/output-block.ts';
import type { TaskOutput } from '../domain/run-change.ts';
import type { Schema } from './schema.ts';

/** Loose pieces of a task that one block is to stand for. */
export interface PackedBlock {
  readonly invocationTaskId: string;
  /** Their first and last arrival. */
  readonly firstArrival: number;
  readonly lastArrival: number;
  readonly pieces: number;
  /** Their bytes. */
  readonly bytes: number;
  readonly stdout: { readonly from: number; readonly to: number };
  readonly stderr: { readonly from: number; readonly to: number };
  /** The compressed block. */
  readonly data: Uint8Array;
}

/** Changes what is stored of outputs, and keeps the sums right; exists only inside a transaction. */
export class OutputWriter {
  readonly #trx: Transaction<Schema>;

  constructor(trx: Transaction<Schema>) {
    this.#trx = trx;
  }

  /** Stores a piece after everything that arrived before. */
  async append({ invocationTaskId, stream, offset, data, receivedAt }: TaskOutput): Promise<void> {
    const bytes = data.length;
    const range = { from: offset, to: offset + bytes };
    const none = { from: 0, to: 0 };
    const [stdout, stderr] = stream === 'STDOUT' ? [range, none] : [none, range];
    await this.#trx
      .insertInto('task_output')
      .values({
        invocation_task_id: invocationTaskId,
        stdout_from: stdout.from,
        stdout_to: stdout.to,
        stderr_from: stderr.from,
        stderr_to: stderr.to,
        received_at: receivedAt ?? null,
        packed: 0,
        data,
      })
      .execute();
    await this.#trx
      .insertInto('stored_output')
      .values({
        invocation_task_id: invocationTaskId,
        stored_bytes: bytes,
        loose_bytes: bytes,
        loose_pieces: 1,
        pack_due: bytes >= BLOCK_BYTES ? 1 : 0,
        ended_at: null,
        removing: 0,
      })
      .onConflict((conflict) =>
        conflict.column('invocation_task_id').doUpdateSet({
          stored_bytes: sql`stored_bytes + ${bytes}`,
          loose_bytes: sql`loose_bytes + ${bytes}`,
          loose_pieces: sql`loose_pieces + 1`,
          pack_due: sql`loose_bytes + ${bytes} >= ${BLOCK_BYTES} or loose_pieces + 1 >= ${BLOCK_PIECES}`,
        }),
      )
      .execute();
    await this.#addToTotal(bytes);
  }

  /** The task has ended: nothing more comes, and from now on its output grows old. */
  async ended(invocationTaskId: string, at: number): Promise<void> {
    await this.#trx
      .updateTable('stored_output')
      .set({ ended_at: at, pack_due: sql`loose_pieces > 1 or loose_bytes >= ${WORTH_PACKING_BYTES}` })
      .where('invocation_task_id', '=', invocationTaskId)
      .execute();
  }

  /** Puts a block in the place of the loose pieces that it was made of, unless those are no longer all there. */
  async pack(block: PackedBlock): Promise<void> {
    const { invocationTaskId, firstArrival, lastArrival, pieces, bytes, stdout, stderr, data } = block;
    const replaced = this.#trx
      .selectFrom('task_output')
      .select('arrival')
      .where('invocation_task_id', '=', invocationTaskId)
      .where('packed', '=', 0)
      .where('arrival', '>=', firstArrival)
      .where('arrival', '<=', lastArrival);
    if ((await replaced.execute()).length !== pieces) return;
    await this.#trx.deleteFrom('task_output').where('arrival', 'in', replaced).execute();
    await this.#trx
      .insertInto('task_output')
      .values({
        arrival: lastArrival,
        invocation_task_id: invocationTaskId,
        stdout_from: stdout.from,
        stdout_to: stdout.to,
        stderr_from: stderr.from,
        stderr_to: stderr.to,
        received_at: null,
        packed: 1,
        data,
      })
      .execute();
    await this.#trx
      .updateTable('stored_output')
      .set({
        stored_bytes: sql`stored_bytes + ${data.length - bytes}`,
        loose_bytes: sql`loose_bytes - ${bytes}`,
        loose_pieces: sql`loose_pieces - ${pieces}`,
        pack_due: sql`iif(ended_at is null,
          loose_bytes - ${bytes} >= ${BLOCK_BYTES} or loose_pieces - ${pieces} >= ${BLOCK_PIECES},
          loose_pieces > ${pieces})`,
      })
      .where('invocation_task_id', '=', invocationTaskId)
      .execute();
    await this.#addToTotal(data.length - bytes);
  }

  /**
   * Removes at most `most` rows of a task that has ended, the oldest first; from the first on, the task says that its output is gone.
   * Gives how many rows were removed: less than `most` when nothing is left.
   */
  async remove(invocationTaskId: string, most: number): Promise<number> {
    const rows = await this.#trx
      .selectFrom('task_output')
      .select(['arrival', sql<number>`length(data)`.as('bytes')])
      .where('invocation_task_id', '=', invocationTaskId)
      .orderBy('arrival')
      .limit(most)
      .execute();
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    await this.#trx
      .updateTable('invocation_task')
      .set({ output_expired: 1 })
      .where('invocation_task_id', '=', invocationTaskId)
      .execute();
    if (rows.length > 0) {
      await this.#trx
        .deleteFrom('task_output')
        .where('invocation_task_id', '=', invocationTaskId)
        .where('arrival', '<=', rows.at(-1)!.arrival)
        .execute();
      await this.#addToTotal(-bytes);
    }
    if (rows.length < most) {
      await this.#trx.deleteFrom('stored_output').where('invocation_task_id', '=', invocationTaskId).execute();
    } else {
      await this.#trx
        .updateTable('stored_output')
        .set({ stored_bytes: sql`stored_bytes - ${bytes}`, pack_due: 0, removing: 1 })
        .where('invocation_task_id', '=', invocationTaskId)
        .execute();
    }
    return rows.length;
  }

  async #addToTotal(bytes: number): Promise<void> {
    await this.#trx
      .updateTable('output_total')
      .set({ stored_bytes: sql`stored_bytes + ${bytes}` })
      .execute();
  }
}
