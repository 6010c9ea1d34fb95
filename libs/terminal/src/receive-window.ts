import type { Acknowledgement } from './send-window.ts';

/** What became of a piece that arrived. */
export type Received =
  /** These bytes are the next ones of the stream. */
  | { readonly kind: 'fresh'; readonly bytes: Uint8Array }
  /** All of it was here before. */
  | { readonly kind: 'repeat' }
  /** Something before it is missing. */
  | { readonly kind: 'gap' }
  /** It goes past what was granted: the sender does not keep the rules. */
  | { readonly kind: 'overrun' };

/** The receiving side of a stream: what it hands on has no holes and no repeats, and waits in no more memory than the window. */
export class ReceiveWindow {
  readonly #window: number;
  #next: number;
  #consumed: number;
  #told: number;
  #granted: number;
  #gap: 'none' | 'seen' | 'told' = 'none';

  /** `start` is the first offset wanted. */
  constructor({ window, start = 0 }: { window: number; start?: number }) {
    this.#window = window;
    this.#next = start;
    this.#consumed = start;
    this.#told = start;
    this.#granted = start + window;
  }

  /** The offset of the next byte that is wanted. */
  get next(): number {
    return this.#next;
  }

  /** Up to here the sender may go. */
  get limit(): number {
    return this.#granted;
  }

  /** Looks at a piece that arrived. Its fresh bytes must be dealt with in this order, and then told to `consume`. */
  accept(offset: number, bytes: Uint8Array): Received {
    const end = offset + bytes.length;
    if (end > this.#granted) return { kind: 'overrun' };
    if (end <= this.#next) return { kind: 'repeat' };
    if (offset > this.#next) {
      // asked for once: every piece behind a hole would otherwise ask for all of it again
      if (this.#gap === 'none') this.#gap = 'seen';
      return { kind: 'gap' };
    }
    const fresh = bytes.subarray(this.#next - offset);
    this.#next = end;
    this.#gap = 'none';
    return { kind: 'fresh', bytes: fresh };
  }

  /** So many bytes more have been dealt with for good. */
  consume(count: number): void {
    if (this.#consumed + count > this.#next) throw new RangeError('more than was received');
    this.#consumed += count;
  }

  /** There is something to say that the sender should not have to wait for. */
  get due(): boolean {
    return this.#gap === 'seen' || this.#consumed - this.#told >= this.#window / 4;
  }

  /** What to tell the sender now. */
  acknowledgement(): Acknowledgement {
    const resend = this.#gap === 'seen';
    if (resend) this.#gap = 'told';
    this.#told = this.#consumed;
    this.#granted = this.#consumed + this.#window;
    return { acknowledged: this.#consumed, limit: this.#granted, resend };
  }
}
