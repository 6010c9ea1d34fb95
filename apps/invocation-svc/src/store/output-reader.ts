import type { Kysely } from 'kysely';
import { RESULT_OUTPUT_MAX_BYTES, resultOutput } from '../domain/output.ts';
import { advance, type OutputCursor } from '../domain/output-cursor.ts';
import type { TaskOutput } from '../domain/run-change.ts';
import type { OutputStream, Task } from '../domain/task.ts';
import type { Schema } from './schema.ts';

const PAGE = 128;

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
    for await (const { data } of this.stored(task, { STDOUT: 0, STDERR: 0 })) {
      parts.push(data);
      bytes += data.length;
      if (bytes >= RESULT_OUTPUT_MAX_BYTES) break;
    }
    return resultOutput(parts, { kept: task.stdoutLength + task.stderrLength, discarded: task.discarded });
  }

  /**
   * What is stored of a task past the cursor and within the lengths that `task` counts, in the order it arrived. The cursor moves
   * along, and each output follows it without a gap.
   */
  async *stored(task: Task, cursor: OutputCursor, only?: OutputStream): AsyncGenerator<TaskOutput> {
    let arrival = 0;
    for (;;) {
      let query = this.#db
        .selectFrom('task_output')
        .selectAll()
        .where('invocation_task_id', '=', task.invocationTaskId)
        .where('arrival', '>', arrival);
      if (only) query = query.where('stream', '=', only);
      const rows = await query.orderBy('arrival').limit(PAGE).execute();
      for (const row of rows) {
        arrival = row.arrival;
        const { start_offset: offset, data } = row;
        const stream = row.stream as OutputStream;
        if (offset >= (stream === 'STDOUT' ? task.stdoutLength : task.stderrLength)) continue;
        const fresh = advance(cursor, { invocationTaskId: task.invocationTaskId, stream, offset, data });
        if (fresh) yield fresh;
      }
      if (rows.length < PAGE) return;
    }
  }
}
