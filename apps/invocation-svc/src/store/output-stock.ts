import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { Kysely, Selectable } from 'kysely';
import { BLOCK_BYTES, BLOCK_PIECES, encodeBlock } from '../domain/output-block.ts';
import type { EndedOutput } from '../domain/output-retention.ts';
import type { PackedBlock } from './output-writer.ts';
import type { Schema } from './schema.ts';
import type { TaskOutputTable } from './tables/task-output.ts';

const PAGE = 128;

const compress = promisify(zstdCompress);

/** Looks after stored output as a whole: what is to be packed, how much there is, what is the oldest. */
export class OutputStock {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Tasks with a block to make, in the order of their ids from past `after` on. */
  async packDue(after: string, most: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('stored_output')
      .select('invocation_task_id')
      .where('pack_due', '=', 1)
      .where('invocation_task_id', '>', after)
      .orderBy('invocation_task_id')
      .limit(most)
      .execute();
    return rows.map((row) => row.invocation_task_id);
  }

  /** A block of the oldest loose pieces of a task, compressed beside the event loop; undefined when there are none. */
  async block(invocationTaskId: string): Promise<PackedBlock | undefined> {
    const rows = await this.#loose(invocationTaskId);
    const first = rows[0];
    const last = rows.at(-1);
    if (!first || !last) return undefined;
    const pieces = rows.map((row) => ({
      stream: row.stdout_to > 0 ? ('STDOUT' as const) : ('STDERR' as const),
      data: row.data,
      receivedAt: row.received_at ?? undefined,
    }));
    return {
      invocationTaskId,
      firstArrival: first.arrival,
      lastArrival: last.arrival,
      pieces: rows.length,
      bytes: pieces.reduce((sum, { data }) => sum + data.length, 0),
      stdout: range(rows.map((row) => ({ from: row.stdout_from, to: row.stdout_to }))),
      stderr: range(rows.map((row) => ({ from: row.stderr_from, to: row.stderr_to }))),
      data: await compress(encodeBlock(pieces)),
    };
  }

  /** All that is stored of outputs, bytes. */
  async totalBytes(): Promise<number> {
    const row = await this.#db.selectFrom('output_total').select('stored_bytes').executeTakeFirstOrThrow();
    return row.stored_bytes;
  }

  /** Whose output goes first: one that is being removed, or the one that ended first. */
  async oldest(): Promise<EndedOutput | undefined> {
    const row = await this.#db
      .selectFrom('stored_output')
      .select(['invocation_task_id', 'ended_at', 'removing'])
      .where('ended_at', 'is not', null)
      .orderBy('removing', 'desc')
      .orderBy('ended_at')
      .limit(1)
      .executeTakeFirst();
    return (
      row && { invocationTaskId: row.invocation_task_id, endedAt: row.ended_at ?? 0, removing: row.removing === 1 }
    );
  }

  /** As many of the oldest loose pieces as make a block. */
  async #loose(invocationTaskId: string): Promise<Selectable<TaskOutputTable>[]> {
    const found: Selectable<TaskOutputTable>[] = [];
    for (let bytes = 0; bytes < BLOCK_BYTES && found.length < BLOCK_PIECES; ) {
      const rows = await this.#db
        .selectFrom('task_output')
        .selectAll()
        .where('invocation_task_id', '=', invocationTaskId)
        .where('packed', '=', 0)
        .where('arrival', '>', found.at(-1)?.arrival ?? 0)
        .orderBy('arrival')
        .limit(PAGE)
        .execute();
      for (const row of rows) {
        if (bytes >= BLOCK_BYTES) break;
        bytes += row.data.length;
        found.push(row);
      }
      if (rows.length < PAGE) break;
    }
    return found;
  }
}

/** From where to where the pieces reach; those of the other output are empty. */
function range(pieces: readonly { readonly from: number; readonly to: number }[]): { from: number; to: number } {
  const own = pieces.filter(({ to }) => to > 0);
  return { from: own[0]?.from ?? 0, to: own.at(-1)?.to ?? 0 };
}
