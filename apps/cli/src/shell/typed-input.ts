import type { TerminalLink } from '@muster/terminal-client';
import { type EscapeAction, EscapeKeys } from '../domain/escape-keys.ts';
import type { Input } from '../output/terminal.ts';

const END_OF_INPUT = Uint8Array.of(0x04);
const LINE_FEED = 0x0a;
const INTERRUPT = 0x03;
const Q = 0x71;
/** A program may take the end of the input for its own; whoever called it is told after so long. */
const END_AGAIN_MS = 1_000;

/** What is typed here, on its way to the link. A terminal's keys may leave it; a pipe ends as it does. */
export class TypedInput {
  readonly #input: Input;
  readonly #link: TerminalLink;
  readonly #act: (action: EscapeAction) => void;
  readonly #keys = new EscapeKeys();
  #waiting: Uint8Array = new Uint8Array();
  #lastByte = LINE_FEED;
  #ending: NodeJS.Timeout | undefined;
  #phase: 'open' | 'ended' = 'open';

  constructor(input: Input, link: TerminalLink, act: (action: EscapeAction) => void) {
    this.#input = input;
    this.#link = link;
    this.#act = act;
    input.on('data', this.#came);
    input.on('end', this.#ended);
    input.resume();
  }

  /** The link has room again. */
  goOn(): void {
    this.#push();
  }

  /** Reads nothing more. */
  stop(): void {
    clearInterval(this.#ending);
    this.#input.off('data', this.#came);
    this.#input.off('end', this.#ended);
    this.#input.pause();
  }

  readonly #came = (chunk: Uint8Array | string) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (!this.#link.drives) {
      if (this.#input.isTTY && this.#leavesWatching(bytes)) this.#act('leave');
      return;
    }
    const { typed, actions } = this.#input.isTTY ? this.#keys.take(bytes) : { typed: bytes, actions: [] };
    this.#lastByte = typed.at(-1) ?? this.#lastByte;
    this.#waiting = this.#waiting.length === 0 ? typed : Buffer.concat([this.#waiting, typed]);
    this.#push();
    for (const action of actions) this.#act(action);
  };

  readonly #ended = () => {
    this.#phase = 'ended';
    if (this.#input.isTTY) this.#act('leave');
    else this.#push();
  };

  #leavesWatching(bytes: Uint8Array): boolean {
    return bytes.includes(INTERRUPT) || bytes.includes(Q) || this.#keys.take(bytes).actions.includes('leave');
  }

  #push(): void {
    this.#waiting = this.#waiting.subarray(this.#link.type(this.#waiting));
    if (this.#waiting.length > 0) this.#input.pause();
    else if (this.#phase === 'open') this.#input.resume();
    else if (!this.#input.isTTY) this.#endInput();
  }

  /** As somebody at a keyboard would: the end of the input counts at the beginning of a line. */
  #endInput(): void {
    if (this.#ending) return;
    if (this.#lastByte !== LINE_FEED) this.#link.type(Uint8Array.of(LINE_FEED));
    this.#link.type(END_OF_INPUT);
    this.#ending = setInterval(() => {
      if (this.#link.typedAll) this.#link.type(END_OF_INPUT);
    }, END_AGAIN_MS);
  }
}
