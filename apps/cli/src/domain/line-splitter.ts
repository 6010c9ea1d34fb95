import { unfinishedTail } from './utf8.ts';

/** A line longer than this is given in pieces, so that a script without line ends cannot fill the memory. */
export const LINE_MAX_BYTES = 65_536;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts one stream of bytes into lines without their ends (`\n` or `\r\n`). What is left at the end comes out of `end`. */
export class LineSplitter {
  #pending: Uint8Array = new Uint8Array();

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      lines.push(withoutReturn(this.#take(bytes.subarray(from, end))));
      from = end + 1;
    }
    this.#pending = this.#take(bytes.subarray(from));
    while (this.#pending.length > LINE_MAX_BYTES) {
      const piece = this.#pending.subarray(0, LINE_MAX_BYTES);
      const length = LINE_MAX_BYTES - unfinishedTail(piece);
      lines.push(piece.subarray(0, length));
      this.#pending = this.#pending.slice(length);
    }
    return lines;
  }

  /** The last line when it has no end, otherwise undefined. */
  end(): Uint8Array | undefined {
    const rest = this.#pending;
    this.#pending = new Uint8Array();
    return rest.length > 0 ? withoutReturn(rest) : undefined;
  }

  #take(bytes: Uint8Array): Uint8Array {
    const pending = this.#pending;
    this.#pending = new Uint8Array();
    if (pending.length === 0) return bytes;
    const line = new Uint8Array(pending.length + bytes.length);
    line.set(pending);
    line.set(bytes, pending.length);
    return line;
  }
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
