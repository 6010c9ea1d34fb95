import { Automaton, START, type State } from './automaton.ts';

/** What stands where a hidden value was. */
const MASK = new TextEncoder().encode('******');

/** A run of bytes that overlapping occurrences of hidden values cover. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * Replaces hidden values in a stream of bytes, however it is cut into pieces: every run of overlapping occurrences becomes one `******`,
 * so that no byte of any occurrence is left. What may still become an occurrence is held back, at most the longest value less one byte.
 * The time is linear in the stream, whatever the values are; the memory in the length of the values and of a piece.
 */
export class Mask {
  readonly #values: Automaton;
  readonly #limit: number;
  #state: State = START;
  /** The stream from `#from` to `#to`, which is held back. */
  #held: Uint8Array = new Uint8Array();
  #from = 0;
  #to = 0;
  /** Those that are known and not yet given out, from left to right. */
  readonly #runs: Run[] = [];
  /** The end of the run whose `******` was given out last; it may still grow. */
  #maskedTo = 0;
  #given = 0;
  #full: boolean = false;
  #taken = 0;

  /** Gives out `limit` bytes at most. */
  constructor(values: readonly string[], limit: number) {
    const encoder = new TextEncoder();
    this.#values = new Automaton(values.map((value) => encoder.encode(value)));
    this.#limit = limit;
  }

  /** How many bytes of the stream are in what was given out, by themselves or as `******`. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes the next piece of the stream; gives what can be shown by now. */
  push(piece: Uint8Array): Uint8Array {
    if (this.#full) return new Uint8Array();
    const values = this.#values;
    let state = this.#state;
    for (let at = 0; at < piece.length; at++) {
      state = values.next(state, piece[at] as number);
      const length = values.found(state);
      if (length > 0) this.#cover(this.#to + at + 1 - length, this.#to + at + 1);
    }
    this.#state = state;
    this.#to += piece.length;
    this.#held = joined([this.#held, piece]);
    return this.#giveUpTo(this.#to - values.depth(state));
  }

  /** Ends the stream; gives what is left. Of a stream that was cut, what is held back is left out: it may be the beginning of a value. */
  end({ cut }: { readonly cut: boolean }): Uint8Array {
    if (this.#full) return new Uint8Array();
    if (!cut) return this.#giveUpTo(this.#to);
    this.#taken = Math.max(this.#taken, this.#maskedTo);
    return new Uint8Array();
  }

  #cover(from: number, end: number): void {
    let start = from;
    for (let last = this.#runs.at(-1); last && last.end > start; last = this.#runs.at(-1)) {
      start = Math.min(start, last.start);
      this.#runs.pop();
    }
    if (start < this.#maskedTo) this.#maskedTo = end;
    else this.#runs.push({ start, end });
  }

  /** No occurrence that is still to come begins before `safe`. A run that begins there or earlier can only grow to the right. */
  #giveUpTo(safe: number): Uint8Array {
    const parts: Uint8Array[] = [];
    const give = (bytes: Uint8Array) => {
      parts.push(bytes);
      this.#given += bytes.length;
    };
    const skipMasked = () => {
      this.#taken = Math.max(this.#taken, Math.min(this.#maskedTo, safe));
    };
    const givePlain = (end: number) => {
      const length = Math.min(end - this.#taken, this.#limit - this.#given);
      this.#full = length < end - this.#taken;
      give(this.#held.subarray(this.#taken - this.#from, this.#taken - this.#from + length));
      this.#taken += length;
    };
    skipMasked();
    let settled = 0;
    for (const { start, end } of this.#runs) {
      if (start > safe) break;
      givePlain(start);
      this.#full ||= this.#given + MASK.length > this.#limit;
      if (this.#full) break;
      give(MASK);
      this.#maskedTo = end;
      skipMasked();
      settled++;
    }
    this.#runs.splice(0, settled);
    if (!this.#full) givePlain(safe);
    this.#held = this.#held.slice(safe - this.#from);
    this.#from = safe;
    return joined(parts);
  }
}

/** A text with hidden values masked. */
export function maskText(values: readonly string[], text: string): string {
  const mask = new Mask(values, Number.POSITIVE_INFINITY);
  const bytes = new TextEncoder().encode(text);
  return new TextDecoder().decode(joined([mask.push(bytes), mask.end({ cut: false })]));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
