import type { TaskOutput } from './run-change.ts';

/** Where a reader stands in both outputs of a task, in bytes. */
export interface OutputCursor {
  STDOUT: number;
  STDERR: number;
}

/** The part of `output` past the cursor, which moves along; undefined when the reader has all of it. */
export function advance(cursor: OutputCursor, output: TaskOutput): TaskOutput | undefined {
  const { stream, offset, data } = output;
  const known = cursor[stream] - offset;
  if (known >= data.length) return undefined;
  cursor[stream] = offset + data.length;
  return known <= 0 ? output : { ...output, offset: offset + known, data: data.subarray(known) };
}
