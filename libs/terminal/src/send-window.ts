import { Ring } from './ring.ts';

/** What a receiver says of a stream. */
export interface Acknowledgement {
  /** Everything before this offset has been dealt with. */
  readonly acknowledged: number;
  /** Nothing from this offset on may be sent yet. */
  readonly limit: number;
  /** Something is missing: send again from `acknowledged`. */
  readonly resend: boolean;
}

/** Bytes of a stream at their offset. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * The sending side of a stream. It keeps what is not acknowledged, and as much before it as fits, so that a receiver may go on
 * from any of these bytes; it never sends past the limit that the receiver granted.
 */
export class SendWindow {
  readonly #ring: Ring;
  #acknowledged: number;
  #sent: number;
  #furthest: number;
  #limit: number;

  /** `start` is where the stream begins here: what was before it was acknowledged by somebody else's word. */
  constructor({ capacity, limit, start = 0 }: { capacity: number; limit: number; start?: number }) {
    this.#ring = new Ring(capacity, start);
    this.#acknowledged = start;
    this.#sent = start;
    this.#furthest = start;
    this.#limit = limit;
  }

  /** From here on a receiver can have the stream. */
  get start(): number {
    return this.#ring.start;
  }

  /** The offset behind everything that was appended. */
  get end(): number {
    return this.#ring.end;
  }

  /** Everything before this offset has been dealt with by the receiver. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How many bytes may be appended without losing any that the receiver may still need. */
  get room(): number {
    return this.#ring.capacity - (this.#ring.end - this.#acknowledged);
  }

  /** Something was sent and its acknowledgement has not come: after a while that is a reason to `rewind`. */
  get waiting(): boolean {
    return this.#sent > this.#acknowledged;
  }

  /** Adds bytes to the stream: no more than there is room for. Whoever produces them has to wait until there is. */
  append(bytes: Uint8Array): void {
    if (bytes.length > this.room) throw new RangeError(`${bytes.length} bytes, and room for ${this.room}`);
    this.#ring.append(bytes);
  }

  /** The next piece to send, of at most `most` bytes; undefined while there is nothing that may be sent. */
  next(most: number): Piece | undefined {
    const length = Math.min(most, this.#ring.end - this.#sent, this.#limit - this.#sent);
    if (length <= 0) return undefined;
    const piece = { offset: this.#sent, bytes: this.#ring.read(this.#sent, length) };
    this.#sent += length;
    this.#furthest = Math.max(this.#furthest, this.#sent);
    return piece;
  }

  /** Takes the receiver's word, in whatever order it comes. False when it cannot be true: it acknowledges what was never sent. */
  acknowledge({ acknowledged, limit, resend }: Acknowledgement): boolean {
    if (acknowledged > this.#furthest || limit < acknowledged) return false;
    this.#acknowledged = Math.max(this.#acknowledged, acknowledged);
    this.#limit = Math.max(this.#limit, limit);
    // a piece that comes behind its own acknowledgement was sent again in vain
    this.#sent = resend ? this.#acknowledged : Math.max(this.#sent, this.#acknowledged);
    return true;
  }

  /** Sends again what is not acknowledged: it may have been lost, or its acknowledgement was. */
  rewind(): void {
    this.#sent = this.#acknowledged;
  }

  /** Goes on for a receiver that has everything before `from`. False when that is not here any more, or not yet. */
  resume(from: number, limit: number): boolean {
    if (from < this.#ring.start || from > this.#furthest || limit < from) return false;
    this.#acknowledged = from;
    this.#sent = from;
    this.#limit = limit;
    return true;
  }
}
