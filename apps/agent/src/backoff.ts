/** Waits longer each time, with jitter, until somebody says that waiting has become pointless. */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #tries = 0;
  #wake: (() => void) | undefined;

  constructor({ firstMs = 200, mostMs = 5_000 } = {}) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  /** Resolves after the next delay or at `wake`; rejects when the signal aborts. */
  wait(signal: AbortSignal): Promise<void> {
    const full = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#tries++);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', aborted);
        this.#wake = undefined;
        settle();
      };
      const done = end(resolve);
      const aborted = end(() => reject(signal.reason));
      const timer = setTimeout(done, full / 2 + (Math.random() * full) / 2);
      this.#wake = done;
      if (signal.aborted) aborted();
      else signal.addEventListener('abort', aborted);
    });
  }

  /** Starts over: the next wait is short again. */
  reset(): void {
    this.#tries = 0;
  }

  /** Ends a wait at once and starts over. */
  wake(): void {
    this.reset();
    this.#wake?.();
  }
}
