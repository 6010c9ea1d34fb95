import type { TaskOutput } from './run-change.ts';
import type { Task } from './task.ts';

/** TAT's own bound on what a result shows of both outputs together. */
export const RESULT_OUTPUT_MAX_BYTES = 24_576;

/**
 * The part of `data`, which begins at `offset` of an output, that continues what is stored of it: repeats are cut off, a gap gives
 * nothing, and both outputs together do not pass `limit`.
 */
export function continuation(
  task: Pick<Task, 'stdoutLength' | 'stderrLength'>,
  { stream, offset, data }: Pick<TaskOutput, 'stream' | 'offset' | 'data'>,
  limit: number,
): Uint8Array {
  const stored = stream === 'STDOUT' ? task.stdoutLength : task.stderrLength;
  if (offset > stored) return new Uint8Array();
  const room = Math.max(limit - task.stdoutLength - task.stderrLength, 0);
  return data.subarray(stored - offset, stored - offset + room);
}

/** The first bytes of both outputs in the order they arrived, and how many that leaves out. */
export function resultOutput(
  arrived: Iterable<Uint8Array>,
  { kept, discarded }: { readonly kept: number; readonly discarded: number },
): { output: Uint8Array; dropped: number } {
  const parts: Uint8Array[] = [];
  let room = RESULT_OUTPUT_MAX_BYTES;
  for (const data of arrived) {
    if (room === 0) break;
    const part = data.subarray(0, room);
    parts.push(part);
    room -= part.length;
  }
  const output = new Uint8Array(RESULT_OUTPUT_MAX_BYTES - room);
  let at = 0;
  for (const part of parts) {
    output.set(part, at);
    at += part.length;
  }
  return { output, dropped: kept - output.length + discarded };
}
