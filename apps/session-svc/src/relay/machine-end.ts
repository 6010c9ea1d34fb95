import type { HeldSession, SessionOutput, StreamPosition } from '@muster/contract';
import { ACKNOWLEDGE_AFTER_MS, KEPT_OUTPUT, OUTPUT_WINDOW, RESEND_AFTER_MS } from '@muster/terminal';
import type { MachineLink } from './machine-link.ts';
import { PrintedStream } from './printed-stream.ts';
import { TypedStream } from './typed-stream.ts';

/** The machine hears where the service stands so often at least; it gives a shell up that it hears nothing about. */
const TELL_MS = 8_000;
/** An attach that the machine has not answered is repeated. */
const ATTACH_AGAIN_MS = 500;

/** Columns and rows of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** What a machine's end is made of. */
export interface MachineEndOptions extends Size {
  readonly link: MachineLink;
  /** Whether there is a terminal, whose screen is worth keeping. */
  readonly hasTerminal: boolean;
  /** The last one there was. */
  readonly turn: number;
  /** The next bytes of the output. */
  readonly onPrinted: (offset: number, bytes: Uint8Array) => void;
  /** The machine said how far it has typed. */
  readonly onTyped: () => void;
  /** Up to where the output was recorded, and drawn by whoever drives. */
  readonly dealtWith: () => number;
}

/** Where the output goes on for a client. */
export interface OutputPlace {
  readonly outputFrom: number;
  /** It is later than was asked for: the screen is made anew. */
  readonly reset: boolean;
}

/** The machine's end of a live session: both streams, and everything that is said again until it has arrived. */
export class MachineEnd {
  readonly #options: MachineEndOptions;
  #typed = new TypedStream(0);
  #printed: PrintedStream | undefined;
  /** The oldest output that the machine had when this service came back to it. */
  #kept = Number.POSITIVE_INFINITY;
  #placedAt = 0;
  #turn: number;
  #attached: 'yes' | 'no' = 'no';
  #redraw = false;
  #size: Size;
  #askedAt = 0;
  #toldAt = 0;
  #progress = 0;
  #progressAt = 0;
  #telling: NodeJS.Timeout | undefined;

  constructor(options: MachineEndOptions) {
    this.#options = options;
    this.#size = { columns: options.columns, rows: options.rows };
    this.#turn = options.turn;
  }

  /** The output so far; undefined until it is known where the machine stands. */
  get printed(): PrintedStream | undefined {
    return this.#printed;
  }

  get typed(): TypedStream {
    return this.#typed;
  }

  get turn(): number {
    return this.#turn;
  }

  get size(): Size {
    return this.#size;
  }

  /** Where the output began for this process: what was before is no longer this one's to wait for. */
  get placedAt(): number {
    return this.#placedAt;
  }

  /** The shell has just been opened. */
  begin(): void {
    this.#place(0, 0);
  }

  /** The shell was found again: the output goes on at `wanted`, or where the machine still has it. */
  goOn({ outputStart, inputNext, turn }: HeldSession, wanted: number): void {
    this.#kept = Number(outputStart);
    this.#place(Math.max(wanted, this.#kept), Number(inputNext));
    this.attach({ turn: Math.max(this.#turn, turn), redraw: false });
  }

  /** Where the output goes on for somebody who has seen it up to `from`: there, or at the oldest that is left. */
  placeFor(from: number | undefined): OutputPlace {
    const { start, isWhole } = this.#printed!;
    if (from !== undefined && from >= start) return { outputFrom: from, reset: false };
    // after a restart of this service the machine has more than what came here again
    const oldest = isWhole ? Math.min(this.#kept, start) : start;
    const outputFrom = Math.max(from ?? 0, oldest);
    if (outputFrom < start) this.#printFrom(outputFrom);
    return { outputFrom, reset: from === undefined ? outputFrom > 0 : from < outputFrom };
  }

  /** Whoever drives now does so in this turn. */
  attach({ turn, redraw }: { readonly turn: number; readonly redraw: boolean }): void {
    this.#turn = turn;
    this.#attached = 'no';
    this.#redraw = redraw && this.#options.hasTerminal;
    this.#attach();
    this.#typed.rewind();
    this.pump();
  }

  /** Says everything again that may have been lost. */
  again(): void {
    if (this.#printed) this.attach({ turn: this.#turn, redraw: false });
  }

  /** Answers whether that is another size. */
  resize({ columns, rows }: Size): boolean {
    if (this.#size.columns === columns && this.#size.rows === rows) return false;
    this.#size = { columns, rows };
    this.#sayResize();
    return true;
  }

  /** Ends the shell, or lets the machine forget one that is over. */
  end(reason: string): void {
    this.#options.link.say({ case: 'end', value: { reason } });
  }

  /** Sends the machine what was typed. */
  pump(): void {
    for (let piece = this.#typed.next(); piece; piece = this.#typed.next()) {
      const value = { turn: this.#turn, offset: BigInt(piece.offset), bytes: piece.bytes };
      this.#options.link.say({ case: 'input', value });
    }
  }

  /** Output came. */
  output({ offset, bytes }: SessionOutput): void {
    const printed = this.#printed;
    if (!printed) return;
    const received = printed.take(Number(offset), bytes);
    if (received.kind === 'fresh') this.#options.onPrinted(printed.end - received.bytes.length, received.bytes);
    this.acknowledge(received.kind === 'repeat');
  }

  /** The machine says how far it has typed. */
  typedUntil({ acknowledged, limit, resend, turn }: StreamPosition): void {
    if (turn === this.#turn && this.#attached === 'no') {
      this.#attached = 'yes';
      this.#typed.rewind();
    }
    this.#typed.acknowledge({ acknowledged: Number(acknowledged), limit: Number(limit), resend });
    this.pump();
    this.#options.onTyped();
  }

  /** Tells the machine what was dealt with: soon, or now when it should not wait, or has sent what was here already. */
  acknowledge(now = false): void {
    const printed = this.#printed;
    if (!printed) return;
    printed.release(this.#options.dealtWith());
    if (printed.isDue || now) this.#tell();
    else if (printed.hasNews) this.#telling ??= setTimeout(() => this.#tell(), ACKNOWLEDGE_AFTER_MS);
  }

  /** Looks for what has to be said again; called several times a second while the machine is heard. */
  tick(now: number): void {
    if (!this.#printed) return;
    if (this.#attached === 'no' && now - this.#askedAt >= ATTACH_AGAIN_MS) this.#attach();
    if (now - this.#toldAt >= TELL_MS) this.#tell();
    const { progress, isWaiting } = this.#typed;
    if (!isWaiting || progress !== this.#progress) {
      this.#progress = progress;
      this.#progressAt = now;
    } else if (now - this.#progressAt >= RESEND_AFTER_MS) {
      this.#progressAt = now;
      this.#typed.rewind();
      this.pump();
    }
  }

  /** Says nothing more by itself. */
  stop(): void {
    clearTimeout(this.#telling);
    this.#printed = undefined;
  }

  #place(outputFrom: number, inputNext: number): void {
    this.#placedAt = outputFrom;
    this.#typed = new TypedStream(inputNext);
    this.#printFrom(outputFrom);
  }

  #printFrom(start: number): void {
    const capacity = this.#options.hasTerminal ? KEPT_OUTPUT : 2 * OUTPUT_WINDOW;
    this.#printed = new PrintedStream({ start, capacity });
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    if (!this.#printed) return;
    this.#toldAt = performance.now();
    const { acknowledged, limit, resend } = this.#printed.word;
    const value = { acknowledged: BigInt(acknowledged), limit: BigInt(limit), resend };
    this.#options.link.say({ case: 'outputPosition', value });
  }

  /** The size comes before: with it the machine redraws. */
  #attach(): void {
    const printed = this.#printed;
    if (!printed) return;
    this.#askedAt = performance.now();
    this.#sayResize();
    const from = { outputFrom: BigInt(printed.end), outputLimit: BigInt(printed.limit) };
    this.#options.link.say({ case: 'attach', value: { turn: this.#turn, ...from, redraw: this.#redraw } });
  }

  #sayResize(): void {
    if (this.#options.hasTerminal) this.#options.link.say({ case: 'size', value: this.#size });
  }
}
