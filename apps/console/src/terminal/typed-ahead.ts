/** More than this is not typed, and hardly pasted, before a machine reads any of it. */
const MOST_BYTES = 16 * 1_048_576;
const INTERRUPT = 3;

/** What was typed or pasted faster than the link takes it. */
export class TypedAhead {
  readonly #send: (bytes: Uint8Array) => number;
  #waiting: Uint8Array[] = [];
  #length = 0;

  /** `send` takes bytes from the first and says how many it took. */
  constructor(send: (bytes: Uint8Array) => number) {
    this.#send = send;
  }

  /** Sends, or keeps for later, in order. An interrupt overtakes what waits: it is meant for it. */
  type(bytes: Uint8Array): void {
    if (bytes.length === 1 && bytes[0] === INTERRUPT) this.clear();
    if (this.#length + bytes.length > MOST_BYTES) return;
    this.#waiting.push(bytes);
    this.#length += bytes.length;
    this.flush();
  }

  /** Sends as much as is taken now. */
  flush(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const taken = this.#send(next);
      this.#length -= taken;
      if (taken < next.length) {
        this.#waiting[0] = next.subarray(taken);
        return;
      }
      this.#waiting.shift();
    }
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
    this.#length = 0;
  }
}
