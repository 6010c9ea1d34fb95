import type { OutputPosition } from '@muster/contract';
import type { Window } from './domain/output-window.ts';
import { OUTPUTS, type Output, type TaskFolder } from './spool/task-folder.ts';

/** One output of one task, on its way to the service. */
export interface FollowedStream extends Window {
  readonly folder: TaskFolder;
  readonly output: Output;
  /** Bytes on disk. */
  available: number;
  /** The next byte that the service wants. */
  next: number;
}

/**
 * How far the outputs of one task have come. Begins at the first byte, for the agent may have been restarted: the first answer
 * says what the service has.
 */
export class FollowedOutput {
  readonly #streams: readonly FollowedStream[];
  readonly #waiting = new Set<() => void>();
  #closed: boolean = false;

  constructor(folder: TaskFolder) {
    this.#streams = OUTPUTS.map((output) => ({ folder, output, available: 0, next: 0 }));
  }

  /** None when the service wants no more. */
  get streams(): readonly FollowedStream[] {
    return this.#closed ? [] : this.#streams;
  }

  /** Looks at the files. */
  refresh(): void {
    for (const stream of this.#streams) stream.available = stream.folder.keptBytes(stream.output);
  }

  /** The service said what it has. */
  position({ stdoutNext, stderrNext, closed }: OutputPosition): void {
    this.#closed ||= closed;
    const [stdout, stderr] = this.#streams;
    stdout!.next = stdoutNext;
    stderr!.next = stderrNext;
    if (this.complete) for (const resolve of this.#waiting) resolve();
  }

  /** Resolves when the service has everything that is on disk, or wants no more; rejects when the signal aborts. */
  sent(signal: AbortSignal): Promise<void> {
    this.refresh();
    if (this.complete) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => () => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', aborted);
        settle();
      };
      const done = end(resolve);
      const aborted = end(() => reject(signal.reason));
      this.#waiting.add(done);
      if (signal.aborted) aborted();
      else signal.addEventListener('abort', aborted);
    });
  }

  /** Whether the service has everything that was on disk at the last look, or wants no more. */
  get complete(): boolean {
    return this.#closed || this.#streams.every(({ available, next }) => next >= available);
  }
}
