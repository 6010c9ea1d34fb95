/** Room for a number of scripts at once; who comes first runs first. */
export class Slots {
  #free: number;
  readonly #queue = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a place that is there whatever the count says: for a script that runs already. Returns how to give it back. */
  occupy(): () => void {
    this.#free -= 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#free += 1;
      this.#admit();
    };
  }

  /** Waits for a place. Returns how to give it back; rejects when the signal aborts first. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    if (this.#free > 0 && this.#queue.size === 0) return this.occupy();
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve(this.occupy());
      };
      const leave = () => {
        this.#queue.delete(enter);
        reject(signal.reason);
      };
      this.#queue.add(enter);
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  #admit(): void {
    for (const enter of this.#queue) {
      if (this.#free <= 0) return;
      this.#queue.delete(enter);
      enter();
    }
  }
}
