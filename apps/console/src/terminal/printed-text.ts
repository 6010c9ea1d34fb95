/** Turns the direction of text, so that something else is read than what is there. Terminals have left-to-right cells and need none of it. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Characters that take no cell and pile up in the one before: a few are writing, ten thousand stop a browser for seconds. */
const HEAP = /([\p{M}\p{Cf}]{8})[\p{M}\p{Cf}]+/gu;
const LAST_MARKS = /[\p{M}\p{Cf}]+$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: plain output, with its escape sequences, needs no look
const PLAIN = /^[\x00-\x7f]*$/;

/** What a terminal prints, as text to draw: cut between characters only, however the bytes come, and without what a page should not draw. */
export class PrintedText {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The marks that the text ends with so far: more may follow. */
  #marks = '';

  /** The text of the next bytes. */
  read(bytes: Uint8Array): string {
    return this.clean(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The next piece of a text, as it may be drawn. */
  clean(text: string): string {
    if (PLAIN.test(text)) {
      if (text !== '') this.#marks = '';
      return text;
    }
    const before = this.#marks;
    const clean = (before + text).replace(TURNING, '').replace(HEAP, '$1');
    this.#marks = LAST_MARKS.exec(clean)?.[0] ?? '';
    return clean.slice(before.length);
  }
}
