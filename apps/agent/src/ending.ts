import type { Cause } from './domain/outcome.ts';
import type { TaskFolder } from './spool/task-folder.ts';

/** Whether the agent is to end a script, and why. The first cause stays, also across restarts. */
export class Ending {
  readonly #folder: TaskFolder;
  readonly #begun = new AbortController();
  readonly #cancelled = new AbortController();
  #cause: Cause | undefined;

  constructor(folder: TaskFolder) {
    this.#folder = folder;
    this.#cause = folder.cause();
    if (this.#cause) this.#begun.abort();
  }

  get cause(): Cause | undefined {
    return this.#cause;
  }

  /** Aborts when there is a cause, once it is on disk if the disk takes it. */
  get signal(): AbortSignal {
    return this.#begun.signal;
  }

  /** Aborts when the run is cancelled, also when that is too late to be the cause. */
  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  /** Resolves when there is a cause. */
  get begun(): Promise<void> {
    const { signal } = this.#begun;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /**
   * Names a cause. Too late when there is one already or the script has ended. Rejects when the disk does not take it; the script is ended
   * nonetheless, and only another agent would not know why.
   */
  async begin(cause: Cause): Promise<void> {
    if (cause === 'TERMINATED') this.#cancelled.abort();
    const { result, exited } = this.#folder.traces();
    if (this.#cause || result || exited) return;
    this.#cause = cause;
    try {
      await this.#folder.recordCause(cause);
    } finally {
      this.#begun.abort();
    }
  }
}
