/** A line that holds the text. */
export interface LineHit {
  /** From 1. */
  readonly lineNumber: number;
  /** Where the first hit of the line begins, in bytes from the start of the output. */
  readonly offset: number;
  /** The line without its end, cut to LINE_MAX_BYTES around the hit. */
  readonly line: Uint8Array;
  /** When the hit's last byte was received, epoch milliseconds; undefined where that was not recorded. */
  readonly receivedAt: number | undefined;
}

/** A line is shown up to this length. */
export const LINE_MAX_BYTES = 1_024;

const LF = 10;
const CR = 13;

/**
 * Finds the lines of one output that hold a text, byte for byte, while the output comes in pieces of any size. The text holds no line
 * end. Of a line of any length it remembers no more than what a hit may still need: LINE_MAX_BYTES on either side.
 */
export class LineSearch {
  readonly #text: Buffer;
  readonly #fold: (data: Buffer) => Buffer;
  /** The end of what came so far, as far as it is still needed; begins at `#at` of the output. */
  #kept = Buffer.alloc(0);
  #at = 0;
  /** Before this place of the output no hit begins that was not found. */
  #searched = 0;
  /** Before this place line ends are counted. */
  #counted = 0;
  #lineNumber = 1;
  #lineStart = 0;
  /** The line has its hit: nothing more is looked for until it ends. */
  #skipping: boolean = false;
  /** When the bytes up to `end` came, oldest first, as far back as `#at`. */
  #arrivals: { readonly end: number; readonly receivedAt: number | undefined }[] = [];

  constructor(text: Uint8Array, { ignoreCase }: { readonly ignoreCase: boolean }) {
    this.#fold = ignoreCase ? lowerAscii : (data) => data;
    this.#text = this.#fold(Buffer.from(text));
  }

  /** How many bytes of the output it holds. */
  get held(): number {
    return this.#kept.length;
  }

  /** The next bytes of the output; gives the lines that are now known to hold the text, as they are to be shown. */
  *feed(data: Uint8Array, receivedAt: number | undefined): Generator<LineHit> {
    this.#kept = Buffer.concat([this.#kept, data]);
    this.#arrivals.push({ end: this.#at + this.#kept.length, receivedAt });
    yield* this.#search(false);
    this.#forget();
  }

  /** The output has ended; gives what is left. */
  *end(): Generator<LineHit> {
    yield* this.#search(true);
  }

  *#search(ended: boolean): Generator<LineHit> {
    const haystack = this.#fold(this.#kept);
    const end = this.#at + haystack.length;
    for (;;) {
      if (this.#skipping && !this.#skipLine(end)) return;
      const found = haystack.indexOf(this.#text, this.#searched - this.#at);
      if (found === -1) {
        this.#countLines(end);
        this.#searched = Math.max(this.#searched, end - this.#text.length + 1);
        return;
      }
      const offset = this.#at + found;
      this.#countLines(offset);
      this.#searched = offset;
      const lineEnd = this.#kept.indexOf(LF, found + this.#text.length);
      // one byte more than is shown, for it may be the CR of the line's end
      if (lineEnd === -1 && !ended && haystack.length - found <= LINE_MAX_BYTES) return;
      yield this.#hit(found, lineEnd === -1 ? haystack.length : this.#withoutCr(lineEnd));
      this.#skipping = true;
    }
  }

  #hit(found: number, lineEnd: number): LineHit {
    const lineStart = Math.max(this.#lineStart - this.#at, 0);
    const before = Math.floor((LINE_MAX_BYTES - this.#text.length) / 2);
    const to = Math.min(lineEnd, Math.max(found - before, lineStart) + LINE_MAX_BYTES);
    const from = Math.max(lineStart, to - LINE_MAX_BYTES);
    const offset = this.#at + found;
    const last = offset + this.#text.length;
    return {
      lineNumber: this.#lineNumber,
      offset,
      line: new Uint8Array(this.#kept.subarray(from, to)),
      receivedAt: this.#arrivals.find((arrival) => arrival.end >= last)?.receivedAt,
    };
  }

  /** Goes on behind the end of the line; false when that has not come yet. */
  #skipLine(end: number): boolean {
    const lineEnd = this.#kept.indexOf(LF, this.#searched - this.#at);
    this.#skipping = lineEnd === -1;
    this.#searched = this.#skipping ? end : this.#at + lineEnd + 1;
    this.#countLines(this.#searched);
    return !this.#skipping;
  }

  #countLines(before: number): void {
    for (;;) {
      const lineEnd = this.#kept.indexOf(LF, this.#counted - this.#at);
      if (lineEnd === -1 || this.#at + lineEnd >= before) break;
      this.#lineNumber++;
      this.#lineStart = this.#counted = this.#at + lineEnd + 1;
    }
    this.#counted = before;
  }

  #withoutCr(lineEnd: number): number {
    return this.#kept[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
  }

  /** Lets go of what no hit may need any more. */
  #forget(): void {
    const from = Math.max(this.#searched - LINE_MAX_BYTES, Math.min(this.#lineStart, this.#searched), this.#at);
    this.#kept = Buffer.from(this.#kept.subarray(from - this.#at));
    this.#at = from;
    const current = this.#arrivals.findIndex((arrival) => arrival.end > from);
    this.#arrivals = current === -1 ? [] : this.#arrivals.slice(current);
  }
}

function lowerAscii(data: Buffer): Buffer {
  const lower = Buffer.from(data);
  for (let index = 0; index < lower.length; index++) {
    const byte = lower[index]!;
    if (byte >= 65 && byte <= 90) lower[index] = byte + 32;
  }
  return lower;
}
