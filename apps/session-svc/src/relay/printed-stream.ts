import {
  type Acknowledgement,
  MOST_DATA,
  OUTPUT_WINDOW,
  type Piece,
  type Received,
  ReceiveWindow,
  Ring,
} from '@muster/terminal';

/** Output as it came from the machine: without holes and repeats, and the newest of it kept for whoever joins or comes back. */
export class PrintedStream {
  readonly #window: ReceiveWindow;
  readonly #ring: Ring;
  #released: number;
  #told: number;

  /** `start` is the first byte that the machine is asked for, `capacity` how much is kept. */
  constructor({ start, capacity }: { readonly start: number; readonly capacity: number }) {
    this.#window = new ReceiveWindow({ window: OUTPUT_WINDOW, start });
    this.#ring = new Ring(capacity, start);
    this.#released = start;
    this.#told = start;
  }

  /** The oldest byte that is kept. */
  get start(): number {
    return this.#ring.start;
  }

  /** Behind the newest. */
  get end(): number {
    return this.#ring.end;
  }

  /** The machine may go up to here. */
  get limit(): number {
    return this.#window.limit;
  }

  /** Nothing was dropped so far. */
  get isWhole(): boolean {
    return this.#ring.end - this.#ring.start < this.#ring.capacity;
  }

  /** Takes what the machine sent. */
  take(offset: number, bytes: Uint8Array): Received {
    const received = this.#window.accept(offset, bytes);
    if (received.kind === 'fresh') this.#ring.append(received.bytes);
    return received;
  }

  /** Everything before this offset was dealt with for good. */
  release(until: number): void {
    const more = Math.min(until, this.#window.next) - this.#released;
    if (more <= 0) return;
    this.#window.consume(more);
    this.#released += more;
  }

  /** There is something to tell the machine. */
  get hasNews(): boolean {
    return this.#released > this.#told;
  }

  /** There is something that should not wait. */
  get isDue(): boolean {
    return this.#window.due;
  }

  /** What to tell the machine. */
  get word(): Acknowledgement {
    this.#told = this.#released;
    return this.#window.acknowledgement();
  }

  /** A copy of what is kept from `offset` on. */
  read(offset: number, most: number): Uint8Array {
    return this.#ring.read(offset, most);
  }
}

/** How far one client is in the output: it is sent no more than it granted. */
export class Reader {
  #sent: number;
  #acknowledged: number;
  #limit: number;

  /** It has, or does not want, what comes before `start`. */
  constructor(start: number) {
    this.#sent = start;
    this.#acknowledged = start;
    this.#limit = start + OUTPUT_WINDOW;
  }

  /** What comes before was drawn. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** What comes before was sent. */
  get sent(): number {
    return this.#sent;
  }

  /** The next piece, or that it is so far behind that it cannot be given any more. */
  next(printed: PrintedStream): Piece | 'too late' | undefined {
    if (this.#sent < printed.start) return 'too late';
    const length = Math.min(MOST_DATA, printed.end - this.#sent, this.#limit - this.#sent);
    if (length <= 0) return undefined;
    const piece = { offset: this.#sent, bytes: printed.read(this.#sent, length) };
    this.#sent += length;
    return piece;
  }

  /** Takes the client's word. False when it cannot be true. */
  acknowledge({ acknowledged, limit, resend }: Acknowledgement): boolean {
    if (acknowledged > this.#sent || limit < acknowledged) return false;
    this.#acknowledged = Math.max(this.#acknowledged, acknowledged);
    this.#limit = Math.max(this.#limit, limit);
    if (resend) this.#sent = this.#acknowledged;
    return true;
  }
}
