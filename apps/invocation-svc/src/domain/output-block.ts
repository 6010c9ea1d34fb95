import type { TaskOutput } from './run-change.ts';
import type { OutputStream } from './task.ts';

/** A piece of output as a machine reported it, without its place. */
export type OutputPiece = Pick<TaskOutput, 'stream' | 'data' | 'receivedAt'>;

/** When output that came in small pieces is put together to one block while its task runs: by bytes, and by pieces. */
export const BLOCK_BYTES = 256 * 1_024;
export const BLOCK_PIECES = 2_048;
/** What is left of a task that has ended is put together unless it is one piece of less than this many bytes. */
export const WORTH_PACKING_BYTES = 512;

const STREAMS = ['STDOUT', 'STDERR'] as const satisfies readonly OutputStream[];
/** Per piece: 6 bytes of time (0 when it is not known), 1 of stream, 4 of length. */
const ENTRY_BYTES = 11;
const COUNT_BYTES = 4;

/** Pieces in the order of their arrival as one block: how many, what each is, then all of their bytes. Big endian. */
export function encodeBlock(pieces: readonly OutputPiece[]): Uint8Array {
  const start = COUNT_BYTES + pieces.length * ENTRY_BYTES;
  const block = new Uint8Array(start + pieces.reduce((sum, { data }) => sum + data.length, 0));
  const view = new DataView(block.buffer);
  view.setUint32(0, pieces.length);
  let entry = COUNT_BYTES;
  let at = start;
  for (const { stream, data, receivedAt = 0 } of pieces) {
    view.setUint16(entry, Math.floor(receivedAt / 2 ** 32));
    view.setUint32(entry + 2, receivedAt % 2 ** 32);
    view.setUint8(entry + 6, STREAMS.indexOf(stream));
    view.setUint32(entry + 7, data.length);
    block.set(data, at);
    entry += ENTRY_BYTES;
    at += data.length;
  }
  return block;
}

/** The pieces of a block; their bytes are views of it. */
export function* decodeBlock(block: Uint8Array): Generator<OutputPiece> {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const count = view.getUint32(0);
  let at = COUNT_BYTES + count * ENTRY_BYTES;
  for (let entry = COUNT_BYTES; entry < COUNT_BYTES + count * ENTRY_BYTES; entry += ENTRY_BYTES) {
    const receivedAt = view.getUint16(entry) * 2 ** 32 + view.getUint32(entry + 2);
    const length = view.getUint32(entry + 7);
    yield {
      stream: STREAMS[view.getUint8(entry + 6)]!,
      data: block.subarray(at, at + length),
      receivedAt: receivedAt === 0 ? undefined : receivedAt,
    };
    at += length;
  }
}
