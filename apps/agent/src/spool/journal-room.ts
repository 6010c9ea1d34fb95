import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How much a journal may hold. */
export interface JournalLimits {
  /** Tasks that are not over for the service. */
  readonly tasks: number;
  /** Their bytes, outputs included. */
  readonly bytes: number;
  /** How long a result waits for a service that does not take it, in days. */
  readonly days: number;
}

/** A journal that takes no more tasks until some are over; the message says how full it is. */
export class JournalFull extends Error {
  override readonly name = 'JournalFull';
}

/** Bytes are counted this often at most. */
const COUNT_EVERY_MS = 1_000;

/** Whether there is room in the journal. What is in there is never given up for something new: that could be a result nobody else has. */
export class JournalRoom {
  readonly #folder: string;
  readonly #limits: JournalLimits;
  #bytes = 0;
  #countedMs = Number.NEGATIVE_INFINITY;

  constructor(folder: string, limits: JournalLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Throws JournalFull where one more task would be too much. */
  demand(): void {
    const { tasks, bytes } = this.#limits;
    const names = readdirSync(this.#folder);
    if (names.length >= tasks)
      throw new JournalFull(
        `JOURNAL_FULL: the agent holds ${names.length} tasks that are not over, and may hold ${tasks}`,
      );
    if (performance.now() - this.#countedMs >= COUNT_EVERY_MS) {
      this.#bytes = names.reduce((sum, name) => sum + bytesIn(join(this.#folder, name)), 0);
      this.#countedMs = performance.now();
    }
    if (this.#bytes >= bytes)
      throw new JournalFull(
        `JOURNAL_FULL: the outputs and results that the agent holds take ${this.#bytes} bytes, and may take ${bytes}`,
      );
  }
}

function bytesIn(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    // it is over meanwhile
    return 0;
  }
}
