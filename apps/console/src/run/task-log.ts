import type { OutputStream } from '@muster/contract';

/** A line of output, or a piece of a very long one. */
export interface Line {
  readonly taskId: string;
  readonly stream: OutputStream;
  /** Counts from 1 within its task; pieces of one line share it. */
  readonly number: number;
  /** Whether this goes on where the line before it in the same stream stopped. */
  readonly continued: boolean;
  /** As decoded; show it through `inert` only. */
  text: string;
}

/** No row holds more characters than this, so that a line without an end cannot freeze the page. */
export const LONGEST_PIECE = 1_000;
/** Rows kept per task; the oldest go first, and the download has them all. */
export const MOST_LINES = 50_000;

interface Side {
  offset: number;
  readonly decoder: TextDecoder;
  open: Line | undefined;
  afterReturn: boolean;
}

/** The output of one task as lines in the order they began to arrive. */
export class TaskLog {
  readonly taskId: string;
  readonly lines: Line[] = [];
  /** Lines that were let go to bound memory. */
  dropped = 0;
  #numbered = 0;
  readonly #sides = new Map<OutputStream, Side>();

  constructor(taskId: string) {
    this.taskId = taskId;
  }

  /** Bytes of a stream that are here. */
  offset(stream: OutputStream): number {
    return this.#side(stream).offset;
  }

  /**
   * Takes a chunk and gives back the lines it began. Bytes that are already here are skipped; false means that bytes before
   * this chunk are missing and it was not taken.
   */
  append(stream: OutputStream, offset: number, data: Uint8Array): readonly Line[] | false {
    const side = this.#side(stream);
    if (offset > side.offset) return false;
    const fresh = data.subarray(side.offset - offset);
    side.offset += fresh.length;
    const begun: Line[] = [];
    this.#write(stream, side, side.decoder.decode(fresh, { stream: true }), begun);
    const excess = this.lines.length - MOST_LINES;
    if (excess > 0) {
      this.lines.splice(0, excess);
      this.dropped += excess;
    }
    return begun;
  }

  #side(stream: OutputStream): Side {
    let side = this.#sides.get(stream);
    if (!side) {
      side = { offset: 0, decoder: new TextDecoder(), open: undefined, afterReturn: false };
      this.#sides.set(stream, side);
    }
    return side;
  }

  /** A line ends at LF, CRLF or CR: a progress bar that rewrites its line becomes one line for each state it showed. */
  #write(stream: OutputStream, side: Side, text: string, begun: Line[]): void {
    let from = side.afterReturn && text.startsWith('\n') ? 1 : 0;
    if (text !== '') side.afterReturn = text.endsWith('\r');
    const end = /\r\n|\n|\r/g;
    end.lastIndex = from;
    for (let match = end.exec(text); match; match = end.exec(text)) {
      this.#extend(stream, side, text.slice(from, match.index), begun);
      if (!side.open) this.#begin(stream, side, false, begun);
      side.open = undefined;
      from = end.lastIndex;
    }
    this.#extend(stream, side, text.slice(from), begun);
  }

  #extend(stream: OutputStream, side: Side, text: string, begun: Line[]): void {
    let rest = text;
    while (rest !== '') {
      if (!side.open) this.#begin(stream, side, false, begun);
      else if (side.open.text.length >= LONGEST_PIECE) this.#begin(stream, side, true, begun);
      const line = side.open!;
      let room = LONGEST_PIECE - line.text.length;
      // both halves of a surrogate pair stay in one piece
      if (rest.length > room && isHighSurrogate(rest.charCodeAt(room - 1))) room += 1;
      line.text += rest.slice(0, room);
      rest = rest.slice(room);
    }
  }

  #begin(stream: OutputStream, side: Side, continued: boolean, begun: Line[]): void {
    if (!continued) this.#numbered += 1;
    const number = continued ? side.open!.number : this.#numbered;
    side.open = { taskId: this.taskId, stream, number, continued, text: '' };
    this.lines.push(side.open);
    begun.push(side.open);
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
