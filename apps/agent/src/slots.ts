/**
 * Room for a number of scripts at once. The runs take turns: each that waits gets one place in its turn, so that a run of many tasks on
 * this machine does not keep the others waiting until it is through. Within a run who comes first runs first.
 */
export class Slots {
  #free: number;
  /** Who waits, by run; the run whose turn it is comes first. */
  readonly #queues = new Map<string, Set<() => void>>();

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

  /** Waits for a place for a task of this run. Returns how to give it back; rejects when the signal aborts first. */
  async acquire(run: string, signal: AbortSignal): Promise<() => void> {
    if (this.#free > 0 && this.#queues.size === 0) return this.occupy();
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve(this.occupy());
      };
      const leave = () => {
        const queue = this.#queues.get(run);
        queue?.delete(enter);
        if (queue?.size === 0) this.#queues.delete(run);
        reject(signal.reason);
      };
      const queue = this.#queues.get(run) ?? new Set();
      this.#queues.set(run, queue.add(enter));
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  #admit(): void {
    while (this.#free > 0) {
      const [turn] = this.#queues;
      if (!turn) return;
      const [run, queue] = turn;
      const [enter] = queue;
      queue.delete(enter!);
      this.#queues.delete(run);
      if (queue.size > 0) this.#queues.set(run, queue);
      enter!();
    }
  }
}
