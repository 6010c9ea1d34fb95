/** What the first line of a recording says. */
export interface CastHeader {
  readonly columns: number;
  readonly rows: number;
  /** When it begins, milliseconds since 1970. */
  readonly startedAt: number;
  readonly title: string;
  /** What the terminal calls itself, `xterm-256color`. */
  readonly term: string;
}

/** Where a recording stands: the offset behind the output that is in it, and the time of its last line in milliseconds from its start. */
export interface CastPosition {
  readonly offset: number;
  readonly duration: number;
}

// no byte order mark is dropped: it was printed like everything else
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Writes asciicast version 2, a line an event. Text is cut between characters only: the first bytes of one wait for the others,
 * so what stands before `offset` is complete and a writer that begins there continues the text.
 */
export class CastWriter {
  readonly #startedAt: number;
  #duration: number;
  #offset: number;
  #tail: Uint8Array = new Uint8Array();

  /** `from` is where an earlier writer of the same recording stopped. */
  constructor(startedAt: number, from: CastPosition = { offset: 0, duration: 0 }) {
    this.#startedAt = startedAt;
    this.#offset = from.offset;
    this.#duration = from.duration;
  }

  /** The offset behind the last byte of output that was written. */
  get offset(): number {
    return this.#offset;
  }

  /** The time of the last line, milliseconds from the start. */
  get duration(): number {
    return this.#duration;
  }

  /** The first line. */
  header({ columns, rows, title, term }: Omit<CastHeader, 'startedAt'>): string {
    const timestamp = Math.floor(this.#startedAt / 1_000);
    return line({ version: 2, width: columns, height: rows, timestamp, title, env: { TERM: term } });
  }

  /** What the terminal printed next; an empty text while no character of it is complete. */
  output(now: number, bytes: Uint8Array): string {
    const all = concat(this.#tail, bytes);
    const length = completeLength(all);
    this.#tail = all.slice(length);
    return this.#printed(now, all.subarray(0, length));
  }

  /** What was typed, where a policy says that it is recorded. */
  input(now: number, text: string): string {
    return line([this.#time(now), 'i', text]);
  }

  /** Something that was neither printed nor typed, in words. */
  marker(now: number, text: string): string {
    return line([this.#time(now), 'm', text]);
  }

  /** Output is missing: what comes next has the offset `until`. */
  skip(until: number): void {
    this.#tail = new Uint8Array();
    this.#offset = until;
  }

  /** The terminal has another size. */
  resize(now: number, columns: number, rows: number): string {
    return line([this.#time(now), 'r', `${columns}x${rows}`]);
  }

  /** The output is over: what waits for the rest of a character waits no longer. */
  end(now: number): string {
    const rest = this.#tail;
    this.#tail = new Uint8Array();
    return this.#printed(now, rest);
  }

  #printed(now: number, bytes: Uint8Array): string {
    if (bytes.length === 0) return '';
    this.#offset += bytes.length;
    return line([this.#time(now), 'o', DECODER.decode(bytes)]);
  }

  /** Seconds since the start; players want them never to fall. */
  #time(now: number): number {
    this.#duration = Math.max(this.#duration, now - this.#startedAt);
    return this.#duration / 1_000;
  }
}

/** How many of these bytes end with a whole character, or with something that never becomes one. */
export function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return back < sizeOfCharacter(byte) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function sizeOfCharacter(lead: number): number {
  if (lead >= 0xf8) return 1;
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function line(content: unknown): string {
  return `${JSON.stringify(content)}\n`;
}
