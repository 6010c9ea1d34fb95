import { type Acknowledgement, INPUT_WINDOW, MOST_DATA, type Piece, SendWindow } from '@muster/terminal';

/** So many bytes that were typed may wait, on their way or for a connection; what is typed beyond them is not taken. */
export const KEPT_INPUT = 4 * INPUT_WINDOW;

/** Where the service wants the input to go on, as WELCOME says. */
export interface InputPlace {
  readonly turn: number;
  readonly inputNext: number;
  readonly inputLimit: number;
}

/** What was typed and is not acknowledged, through any number of connections. */
export class KeptInput {
  /** Before the first connection nobody knows at which offset it begins. */
  #early: Uint8Array[] = [];
  #earlyLength = 0;
  #window: SendWindow | undefined;
  #turn = 0;

  /** How many bytes more would be taken. */
  get room(): number {
    return this.#window ? this.#window.room : KEPT_INPUT - this.#earlyLength;
  }

  /** Something was sent and is not acknowledged. */
  get isWaiting(): boolean {
    return this.#window?.waiting === true;
  }

  /** Nothing waits, neither sent nor unsent. */
  get isEmpty(): boolean {
    return this.room === KEPT_INPUT;
  }

  /** Whether it is known at which offset it stands. */
  get isPlaced(): boolean {
    return this.#window !== undefined;
  }

  /** Everything before this offset was acknowledged. */
  get acknowledged(): number {
    return this.#window?.acknowledged ?? 0;
  }

  /** Takes as many of these bytes as there is room for, and says how many. */
  take(bytes: Uint8Array): number {
    const taken = bytes.slice(0, this.room);
    if (this.#window) this.#window.append(taken);
    else {
      this.#early.push(taken);
      this.#earlyLength += taken.length;
    }
    return taken.length;
  }

  /**
   * Goes on where the service stands, in a new turn; `hellos` is how often this client has asked for one since the last. Answers how
   * many bytes had to be dropped: with more turns than that somebody else has typed, and these offsets are theirs.
   */
  goOn({ turn, inputNext, inputLimit }: InputPlace, hellos: number): number {
    const mine = turn - this.#turn <= hellos;
    this.#turn = turn;
    const before = this.#window;
    if (before && mine && before.resume(inputNext, inputLimit)) return 0;
    const window = new SendWindow({ capacity: KEPT_INPUT, limit: inputLimit, start: inputNext });
    for (const bytes of this.#early) window.append(bytes);
    this.#early = [];
    this.#earlyLength = 0;
    this.#window = window;
    return before ? before.end - before.acknowledged : 0;
  }

  /** The next piece that may be sent. */
  next(): Piece | undefined {
    return this.#window?.next(MOST_DATA);
  }

  /** Takes the service's word; false when it cannot be true. */
  acknowledge(said: Acknowledgement): boolean {
    return this.#window?.acknowledge(said) ?? false;
  }

  /** Sends again what is not acknowledged. */
  rewind(): void {
    this.#window?.rewind();
  }

  /** Drops everything: nobody is there any more who would type it. */
  clear(): void {
    this.#early = [];
    this.#earlyLength = 0;
    this.#window = undefined;
  }
}
