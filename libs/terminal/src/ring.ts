/** The newest bytes of a stream, found by their offsets in the whole of it. Never holds more than its capacity. */
export class Ring {
  readonly #bytes: Uint8Array;
  #start: number;
  #end: number;

  /** `start` is the offset of the first byte that will be appended. */
  constructor(capacity: number, start = 0) {
    this.#bytes = new Uint8Array(capacity);
    this.#start = start;
    this.#end = start;
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  /** The offset of the oldest byte that is here. */
  get start(): number {
    return this.#start;
  }

  /** The offset behind the newest byte. */
  get end(): number {
    return this.#end;
  }

  /** Adds bytes; the oldest make room. */
  append(bytes: Uint8Array): void {
    const kept = bytes.subarray(Math.max(0, bytes.length - this.capacity));
    const at = (this.#end + bytes.length - kept.length) % this.capacity;
    const first = kept.subarray(0, this.capacity - at);
    this.#bytes.set(first, at);
    this.#bytes.set(kept.subarray(first.length), 0);
    this.#end += bytes.length;
    this.#start = Math.max(this.#start, this.#end - this.capacity);
  }

  /** A copy of up to `most` bytes from `offset` on. Throws when that is not here. */
  read(offset: number, most: number): Uint8Array {
    if (offset < this.#start || offset > this.#end) throw new RangeError(`${offset} is not in the ring`);
    const length = Math.min(most, this.#end - offset);
    const at = offset % this.capacity;
    const first = this.#bytes.subarray(at, Math.min(at + length, this.capacity));
    const copy = new Uint8Array(length);
    copy.set(first);
    copy.set(this.#bytes.subarray(0, length - first.length), first.length);
    return copy;
  }
}
