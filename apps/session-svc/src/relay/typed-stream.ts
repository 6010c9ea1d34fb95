import { type Acknowledgement, INPUT_WINDOW, MOST_DATA, type Piece, ReceiveWindow, SendWindow } from '@muster/terminal';

/**
 * Input on its way from whoever drives to the machine. What was taken here is kept until the machine has typed it, whoever drives by then; a
 * client hears that its bytes were dealt with when the machine says so, and keeps them until then.
 */
export class TypedStream {
  readonly #client: ReceiveWindow;
  readonly #machine: SendWindow;

  /** `start` is the next byte that the machine wants. */
  constructor(start: number) {
    this.#client = new ReceiveWindow({ window: INPUT_WINDOW, start });
    this.#machine = new SendWindow({ capacity: INPUT_WINDOW, limit: start, start });
  }

  /** The next byte that is wanted of a client, and up to where it may go. */
  get place(): { readonly inputNext: number; readonly inputLimit: number } {
    return { inputNext: this.#client.next, inputLimit: this.#client.limit };
  }

  /** How far the machine is. */
  get progress(): number {
    return this.#machine.acknowledged;
  }

  /** Something was sent to the machine, and no word of it has come. */
  get isWaiting(): boolean {
    return this.#machine.waiting;
  }

  /** Takes what a client typed. False when it goes past what it was granted. */
  take(offset: number, bytes: Uint8Array): 'fresh' | 'nothing new' | 'overrun' {
    const received = this.#client.accept(offset, bytes);
    if (received.kind === 'overrun') return 'overrun';
    if (received.kind !== 'fresh') return 'nothing new';
    this.#machine.append(received.bytes);
    return 'fresh';
  }

  /** The next piece for the machine. */
  next(): Piece | undefined {
    return this.#machine.next(MOST_DATA);
  }

  /** Takes the machine's word. */
  acknowledge(said: Acknowledgement): void {
    const before = this.#machine.acknowledged;
    if (this.#machine.acknowledge(said)) this.#client.consume(this.#machine.acknowledged - before);
  }

  /** Sends again what the machine has not spoken of. */
  rewind(): void {
    this.#machine.rewind();
  }

  /** What to tell the client. */
  get word(): Acknowledgement {
    return this.#client.acknowledgement();
  }
}
