import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import type { Kysely, Selectable } from 'kysely';
import { RESULT_OUTPUT_MAX_BYTES, resultOutput } from '../domain/output.ts';
import { decodeBlock, type OutputPiece } from '../domain/output-block.ts';
import { advance, type OutputCursor } from '../domain/output-cursor.ts';
import type { TaskOutput } from '../domain/run-change.ts';
import type { Task } from '../domain/task.ts';
import type { Schema } from './schema.ts';
import type { TaskOutputTable } from './tables/task-output.ts';

/** Rows read at once: a row is a block of 256 KB or a piece as large as a message of the bus. */
const PAGE = 8;

const decompress = promisify(zstdDecompress);

/** Reads what tasks wrote. */
export class OutputReader {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** What a task's result shows: the first 24 KB of both outputs in the order they arrived, and how many bytes that leaves out. */
  async result(task: Task): Promise<{ output: Uint8Array; dropped: number }> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    if (!task.outputExpired) {
      for await (const { data } of this.stored(task.invocationTaskId, { STDOUT: 0, STDERR: 0 }, lengths(task))) {
        parts.push(data);
        bytes += data.length;
        if (bytes >= RESULT_OUTPUT_MAX_BYTES) break;
      }
    }
    return resultOutput(parts, { kept: task.stdoutLength + task.stderrLength, discarded: task.discarded });
  }

  /**
   * What is stored of a task past the cursor and before `end`, in the order it arrived. The cursor moves along, and each output
   * follows it without a gap, whatever is put into blocks meanwhile. Where the cursor stays behind `end`, the rest is not stored.
   * Holds a few rows at a time, and lets others work in between.
   */
  async *stored(invocationTaskId: string, cursor: OutputCursor, end: OutputCursor): AsyncGenerator<TaskOutput> {
    let arrival = 0;
    for (;;) {
      const rows = await this.#rows(invocationTaskId, arrival, cursor, end);
      for (const row of rows) {
        const at = { STDOUT: row.stdout_from, STDERR: row.stderr_from };
        for (const piece of await piecesOf(row)) {
          const offset = at[piece.stream];
          at[piece.stream] += piece.data.length;
          const fresh = advance(cursor, { ...piece, invocationTaskId, offset }, end);
          if (fresh) yield fresh;
        }
      }
      if (rows.length < PAGE) return;
      arrival = rows.at(-1)!.arrival;
      await setImmediate();
    }
  }

  /** A block that was made of rows that were read already comes again, at the arrival of its last piece: the cursor cuts it. */
  #rows(invocationTaskId: string, after: number, cursor: OutputCursor, end: OutputCursor) {
    return this.#db
      .selectFrom('task_output')
      .selectAll()
      .where('invocation_task_id', '=', invocationTaskId)
      .where('arrival', '>', after)
      .where((where) =>
        where.or([
          where.and([where('stdout_from', '<', end.STDOUT), where('stdout_to', '>', cursor.STDOUT)]),
          where.and([where('stderr_from', '<', end.STDERR), where('stderr_to', '>', cursor.STDERR)]),
        ]),
      )
      .orderBy('arrival')
      .limit(PAGE)
      .execute();
  }
}

/** Where both outputs of a task end, as far as `task` knows. */
export function lengths({ stdoutLength, stderrLength }: Task): OutputCursor {
  return { STDOUT: stdoutLength, STDERR: stderrLength };
}

async function piecesOf(row: Selectable<TaskOutputTable>): Promise<Iterable<OutputPiece>> {
  if (row.packed === 1) return decodeBlock(await decompress(row.data));
  const stream = row.stdout_to > 0 ? 'STDOUT' : 'STDERR';
  return [{ stream, data: row.data, receivedAt: row.received_at ?? undefined }];
}
