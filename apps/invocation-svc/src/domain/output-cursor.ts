import type { TaskOutput } from './run-change.ts';

/** A place in both outputs of a task, in bytes: where a reader stands, or where what it may read ends. */
export interface OutputCursor {
  STDOUT: number;
  STDERR: number;
}

/** The part of `output` past the cursor and before `end`, and the cursor moves along; undefined when there is none. */
export function advance(cursor: OutputCursor, output: TaskOutput, end?: OutputCursor): TaskOutput | undefined {
  const { stream, offset, data } = output;
  const from = Math.max(cursor[stream], offset);
  const to = Math.min(offset + data.length, end?.[stream] ?? Number.POSITIVE_INFINITY);
  if (from >= to) return undefined;
  cursor[stream] = to;
  return { ...output, offset: from, data: data.subarray(from - offset, to - offset) };
}

/** Whether a reader that stands at `cursor` has everything before `end`. */
export function reached(cursor: OutputCursor, end: OutputCursor): boolean {
  return cursor.STDOUT >= end.STDOUT && cursor.STDERR >= end.STDERR;
}
