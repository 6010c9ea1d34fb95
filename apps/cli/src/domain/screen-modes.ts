const ESC = 0x1b;
/** A sequence is longer than this only when it is none. */
const LONGEST = 64;
/** Modes that a program may set and leave behind, which would spoil a terminal for whoever has it afterwards; and what each is without it. */
const WITHOUT: Readonly<Record<number, 'h' | 'l'>> = {
  1: 'l', // cursor keys of applications
  7: 'h', // wraps at the end of a line
  9: 'l', // reports clicks
  25: 'h', // shows the cursor
  47: 'l', // the other screen
  1000: 'l', // reports of the mouse
  1001: 'l',
  1002: 'l',
  1003: 'l',
  1004: 'l', // reports of the focus
  1005: 'l',
  1006: 'l',
  1015: 'l',
  1047: 'l',
  1049: 'l',
  2004: 'l', // brackets around what is pasted
};
const OTHER_SCREEN = [47, 1047, 1049];

/** Follows what output does to a terminal, so that it can be undone when the program that did it is not there to do so. */
export class ScreenModes {
  readonly #changed = new Set<number>();
  #sequence: number[] | undefined;
  #printed: 'nothing' | 'something' = 'nothing';

  /** Whether a program has the whole screen, as editors do. */
  get isFullScreen(): boolean {
    return OTHER_SCREEN.some((mode) => this.#changed.has(mode));
  }

  /** Looks at what is printed. */
  see(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#printed = 'something';
    for (let at = this.#sequence ? 0 : bytes.indexOf(ESC); at >= 0 && at < bytes.length; at++) {
      this.#byte(bytes[at]!);
      if (this.#sequence) continue;
      at = bytes.indexOf(ESC, at + 1) - 1;
      if (at < 0) return;
    }
  }

  /** What has to be printed to have the terminal as it was; empty when nothing was done to it. */
  undone(): string {
    const modes = [...this.#changed].map((mode) => `\x1b[?${mode}${WITHOUT[mode]}`).join('');
    this.#changed.clear();
    return this.#printed === 'something' ? `${modes}\x1b[m` : modes;
  }

  #byte(byte: number): void {
    if (byte === ESC) {
      this.#sequence = [];
      return;
    }
    const sequence = this.#sequence;
    if (!sequence) return;
    sequence.push(byte);
    // `[`, then parameters, then a byte from `@` on ends it
    if (sequence.length === 1 ? byte === 0x5b : byte >= 0x20 && byte < 0x40 && sequence.length < LONGEST) return;
    this.#sequence = undefined;
    if (sequence[0] === 0x63) this.#changed.clear();
    const found = /^\[\?([\d;]+)([hl])$/.exec(String.fromCharCode(...sequence));
    if (!found) return;
    for (const mode of found[1]!.split(';').map(Number)) this.#set(mode, found[2]!);
  }

  #set(mode: number, to: string): void {
    const without = WITHOUT[mode];
    if (without === undefined) return;
    if (to === without) this.#changed.delete(mode);
    else this.#changed.add(mode);
  }
}
