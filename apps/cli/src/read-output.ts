import { OutputStream } from '@muster/contract';
import { type ByteRange, tailStart } from './domain/byte-range.ts';
import type { Session } from './session.ts';
import type { Chunk } from './watch.ts';

/** One of a task's outputs. */
export interface OutputOf {
  readonly invocationTaskId: string;
  readonly stream: OutputStream;
}

/** How much is read at a time, from the end on, to find where the last lines begin. */
const STEP_BYTES = 65_536;

/** Reads bytes of one output, or of both one after the other. */
export async function* readOutput(
  session: Session,
  { invocationTaskId, stream }: OutputOf,
  { from, to }: ByteRange,
): AsyncGenerator<Chunk> {
  const answers = session.invocations.getTaskOutput({
    invocationTaskId,
    stream,
    offset: from,
    ...(to === undefined ? {} : { length: to - from }),
  });
  for await (const { chunk } of answers) if (chunk) yield chunk;
}

/** Where the last `lines` lines of an output of `length` bytes begin. */
export async function findTail(
  session: Session,
  output: OutputOf,
  { length, lines }: { readonly length: number; readonly lines: number },
): Promise<number> {
  let tail: Uint8Array = new Uint8Array();
  for (let from = length; from > 0; ) {
    const to = from;
    from = Math.max(0, to - STEP_BYTES);
    const pieces: Uint8Array[] = [];
    for await (const { data } of readOutput(session, output, { from, to })) pieces.push(data);
    tail = Buffer.concat([...pieces, tail]);
    const start = tailStart(tail, lines);
    if (start !== undefined) return from + start;
  }
  return 0;
}

/** The outputs that `--stream` leaves. */
export function streamsOf(stream: OutputStream | undefined): readonly OutputStream[] {
  return stream === undefined ? [OutputStream.STDOUT, OutputStream.STDERR] : [stream];
}
