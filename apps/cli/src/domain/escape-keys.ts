const TILDE = 0x7e;
const DOT = 0x2e;
const QUESTION = 0x3f;

/** What a `~` at the beginning of a line and the key behind it ask for. */
export type EscapeAction = 'leave' | 'help';

/** Takes `~.`, `~?` and `~~` out of what is typed, as ssh does: only at the beginning of a line, and `~~` is one `~`. */
export class EscapeKeys {
  #place: 'line start' | 'behind tilde' | 'in line' = 'line start';

  /** What is to be typed of these bytes, and what they ask for. Nothing behind a `leave` is typed. */
  take(bytes: Uint8Array): { readonly typed: Uint8Array; readonly actions: readonly EscapeAction[] } {
    const typed: number[] = [];
    const actions: EscapeAction[] = [];
    for (const byte of bytes) {
      if (this.#place === 'behind tilde') {
        this.#place = 'line start';
        if (byte === DOT) return { typed: Uint8Array.from(typed), actions: [...actions, 'leave'] };
        if (byte === QUESTION) {
          actions.push('help');
          continue;
        }
        typed.push(TILDE);
        if (byte === TILDE) {
          this.#place = 'in line';
          continue;
        }
      } else if (this.#place === 'line start' && byte === TILDE) {
        this.#place = 'behind tilde';
        continue;
      }
      typed.push(byte);
      this.#place = byte === 0x0d || byte === 0x0a ? 'line start' : 'in line';
    }
    return { typed: Uint8Array.from(typed), actions };
  }
}
