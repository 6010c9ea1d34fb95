const ESC = 0x1b;
const BEL = 0x07;
const ENQUIRY = 0x05;
/** Of the two bytes that stand for one control character of eight bits. */
const C1_LEAD = 0xc2;
/** What begins a string that ends with ST: device control, operating system command, privacy message, application program. */
const STRINGS = new Set([0x50, 0x58, 0x5d, 0x5e, 0x5f]);
/** Sequences that make a terminal answer, print, or change its window. */
const UNWANTED = /^\[(?:[^\x40-\x7e]*[cntix]|>[^\x40-\x7e]*q|\?[^\x40-\x7e]*[uS]|[^\x40-\x7e]*[$*][py])$/;
const LONGEST = 256;

/**
 * Takes out of what other people's programs print all that does more to a terminal than draw: titles, clipboards, questions that the
 * terminal would answer as if somebody typed, control strings. For watching and replaying; whoever drives gets everything.
 */
export class SafeOutput {
  #state: 'text' | 'lead' | 'sequence' | 'string' | 'string escape' = 'text';
  #sequence: number[] = [];

  /** What may be drawn of these bytes. A sequence that is cut waits for its rest. */
  take(bytes: Uint8Array): Uint8Array {
    const safe: number[] = [];
    for (const byte of bytes) this.#byte(byte, safe);
    return Uint8Array.from(safe);
  }

  #byte(byte: number, safe: number[]): void {
    const state = this.#state;
    if (state === 'text') this.#text(byte, safe);
    else if (state === 'lead') {
      this.#state = 'text';
      // the control characters of eight bits: all of them are sequences that have another form as well
      if (byte >= 0x80 && byte <= 0x9f) return;
      safe.push(C1_LEAD);
      this.#text(byte, safe);
    } else if (state === 'sequence') this.#inSequence(byte, safe);
    else if (state === 'string') {
      if (byte === BEL) this.#state = 'text';
      else if (byte === ESC) this.#state = 'string escape';
    } else if (byte !== ESC) this.#state = byte === 0x5c ? 'text' : 'string';
  }

  #text(byte: number, safe: number[]): void {
    if (byte === C1_LEAD) this.#state = 'lead';
    else if (byte === ESC) {
      this.#state = 'sequence';
      this.#sequence = [ESC];
    } else if (byte !== ENQUIRY) safe.push(byte);
  }

  #inSequence(byte: number, safe: number[]): void {
    const sequence = this.#sequence;
    if (byte === ESC) {
      this.#sequence = [ESC];
      return;
    }
    sequence.push(byte);
    if (sequence.length === 2 && STRINGS.has(byte)) {
      this.#state = 'string';
      return;
    }
    const isControl = sequence[1] === 0x5b;
    // `ESC [` takes bytes up to one from `@` on, other sequences up to one from `0` on
    const isOpen = isControl ? sequence.length === 2 || byte < 0x40 : byte < 0x30;
    if (isOpen && sequence.length < LONGEST) return;
    this.#state = 'text';
    const text = String.fromCharCode(...sequence.slice(1));
    // `ESC Z` is a question, too
    if (text !== 'Z' && !UNWANTED.test(text)) safe.push(...sequence);
  }
}
