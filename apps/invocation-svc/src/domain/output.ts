/** TAT's own bound on what a result shows of both outputs together. */
export const RESULT_OUTPUT_MAX_BYTES = 24_576;

/**
 * The part of `data`, which begins at `offset`, that continues an output of which `stored` bytes are kept: repeats are cut off, a gap
 * gives nothing, and nothing passes `limit`.
 */
export function continuation(
  stored: number,
  { offset, data }: { readonly offset: number; readonly data: Uint8Array },
  limit: number,
): Uint8Array {
  if (offset > stored) return new Uint8Array();
  return data.subarray(stored - offset, Math.max(limit - offset, 0));
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
