import type { LinkState } from '@muster/terminal-client';
import { shorten } from '../domain/display-width.ts';
import { escapeText } from '../domain/escape.ts';
import type { Channel } from '../output/terminal.ts';

const AGAIN_MS = 1_000;
const SAVE = '\x1b7';
const RESTORE = '\x1b8';
/** The last row, whatever its number is. */
const BOTTOM = '\x1b[999;1H';
const EMPTY_LINE = '\x1b[m\x1b[2K';

/** What is said about a connection, on standard error, beside what the shell prints. */
export class Notices {
  readonly #err: Channel;
  readonly #isFullScreen: () => boolean;
  readonly #leaveWith: string;
  #drawing: NodeJS.Timeout | undefined;
  /** Where a line stands that goes away again. */
  #passing: 'nowhere' | 'below' | 'at the bottom' = 'nowhere';
  #cut: 'no' | 'yes' = 'no';

  /** `isFullScreen`: whether a program has the screen, which then has no room for lines. `leaveWith`: what is typed to leave. */
  constructor(err: Channel, { isFullScreen, leaveWith }: { isFullScreen: () => boolean; leaveWith: string }) {
    this.#err = err;
    this.#isFullScreen = isFullScreen;
    this.#leaveWith = leaveWith;
  }

  /** Lines that stay, behind what was printed so far. */
  say(...lines: readonly string[]): void {
    this.#wipe();
    // a raw terminal does not begin a line by itself
    const end = this.#err.isTerminal ? '\r\n' : '\n';
    this.#err.write(`${this.#err.isTerminal ? '\r\n' : ''}${lines.map((line) => this.#styled(line) + end).join('')}`);
  }

  /** How the link stands; while it is broken, seconds to the next attempt are counted. Answers whether it is back. */
  show(state: LinkState): boolean {
    clearInterval(this.#drawing);
    if (state.kind === 'reconnecting') {
      this.#countDown(state.why, state.nextTryAt);
      this.#cut = 'yes';
      return false;
    }
    if (state.kind === 'machine away') {
      const until = state.until === undefined ? '' : ` until ${new Date(state.until).toLocaleTimeString('sv-SE')}`;
      this.#pass(`the machine does not answer; the session waits for it${until}`);
      return false;
    }
    this.#wipe();
    const isBack = this.#cut === 'yes';
    this.#cut = 'no';
    if (isBack && !this.#err.isTerminal) this.say('connected again');
    if (state.kind === 'taken over')
      this.say(`somebody else types from now on, and you watch; ${this.#leaveWith} leaves`);
    return isBack;
  }

  /** Says nothing more by itself, and takes away what would have gone anyway. */
  stop(): void {
    clearInterval(this.#drawing);
    this.#wipe();
  }

  #countDown(why: string, nextTryAt: number | undefined): void {
    const because = why === '' ? '' : `: ${why}`;
    if (!this.#err.isTerminal) {
      if (this.#cut === 'no') this.say(`the connection broke, trying again${because}`);
      return;
    }
    const draw = () => {
      const seconds = nextTryAt === undefined ? 0 : Math.ceil((nextTryAt - Date.now()) / 1_000);
      const when = seconds > 0 ? `in ${seconds} s` : 'now';
      this.#pass(`the connection broke, trying again ${when} (${this.#leaveWith} leaves)${because}`);
    };
    draw();
    this.#drawing = setInterval(draw, AGAIN_MS);
  }

  /** A line that goes away: under the cursor, or at the bottom of a program's screen. */
  #pass(text: string): void {
    if (!this.#err.isTerminal) {
      this.say(text);
      return;
    }
    if (this.#passing === 'nowhere') {
      this.#passing = this.#isFullScreen() ? 'at the bottom' : 'below';
      // down and up again: now there is a line below, though the screen had to scroll for it
      if (this.#passing === 'below') this.#err.write('\x1bD\x1b[A');
    }
    this.#err.write(`${SAVE}${this.#place}${EMPTY_LINE}${this.#styled(shorten(text, this.#err.width - 9))}${RESTORE}`);
  }

  #wipe(): void {
    if (this.#passing !== 'nowhere') this.#err.write(`${SAVE}${this.#place}${EMPTY_LINE}${RESTORE}`);
    this.#passing = 'nowhere';
  }

  get #place(): string {
    return this.#passing === 'at the bottom' ? BOTTOM : '\x1b[B\r';
  }

  #styled(text: string): string {
    return this.#err.colors.dim(`muster: ${escapeText(text)}`);
  }
}
