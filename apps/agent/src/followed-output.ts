import type { OutputPosition } from '@muster/contract';
import type { Window } from './domain/output-window.ts';
import type { FilePart } from './put.ts';
import { MaskedOutput } from './spool/masked-output.ts';
import { OUTPUTS, type Output, type TaskFolder } from './spool/task-folder.ts';

/** One output of one task, on its way to the service. */
export interface FollowedStream extends Window {
  readonly folder: TaskFolder;
  readonly output: Output;
  /** Where its bytes are. */
  readonly file: string;
  /** Bytes in there. */
  available: number;
  /** The next byte that the service wants. */
  next: number;
}

/** What a task wrote, in bytes. */
export interface OutputTotals {
  /** Those that are sent. */
  readonly stdoutLength: number;
  readonly stderrLength: number;
  /** Those of both that are not, as the script wrote them. */
  readonly discarded: number;
}

/**
 * How far the outputs of one task have come. Begins at the first byte, for the agent may have been restarted: the first answer
 * says what the service has.
 */
export class FollowedOutput {
  readonly #folder: TaskFolder;
  /** None when nothing is hidden: then the outputs are sent as they are. */
  readonly #masked: Readonly<Record<Output, MaskedOutput>> | undefined;
  readonly #streams: readonly FollowedStream[];
  readonly #waiting = new Set<() => void>();
  #closed: boolean = false;

  constructor(folder: TaskFolder) {
    this.#folder = folder;
    this.#masked = folder.order.hiddenValues.some((value) => value !== '')
      ? { stdout: new MaskedOutput(folder, 'stdout'), stderr: new MaskedOutput(folder, 'stderr') }
      : undefined;
    this.#streams = OUTPUTS.map((output) => {
      const file = this.#masked?.[output].file ?? folder.file(output);
      return { folder, output, file, available: 0, next: 0 };
    });
  }

  /** None when the service wants no more. */
  get streams(): readonly FollowedStream[] {
    return this.#closed ? [] : this.#streams;
  }

  /** Looks at the files. Rejects when hidden values could not be masked yet; nothing is sent in the clear. */
  async refresh(): Promise<void> {
    if (this.#masked) for (const output of OUTPUTS) await this.#masked[output].follow();
    this.#look();
  }

  /** The same once nothing is written any more; gives what it came to. */
  async conclude(): Promise<OutputTotals> {
    if (this.#masked) for (const output of OUTPUTS) await this.#masked[output].conclude();
    this.#look();
    const [stdoutLength = 0, stderrLength = 0] = this.#streams.map(({ available }) => available);
    const discarded = OUTPUTS.map((output) => this.#masked?.[output].discarded ?? this.#folder.discardedBytes(output));
    return { stdoutLength, stderrLength, discarded: discarded.reduce((sum, bytes) => sum + bytes) };
  }

  /** What was there at the last look, standard output first. */
  get kept(): FilePart[] {
    return this.#streams.map(({ file, available }) => ({ file, length: available }));
  }

  /** Resolves when nothing is written any more to the task's folder. */
  async stop(): Promise<void> {
    if (this.#masked) for (const output of OUTPUTS) await this.#masked[output].stop();
  }

  /** The service said what it has. */
  position({ stdoutNext, stderrNext, closed }: OutputPosition): void {
    this.#closed ||= closed;
    const [stdout, stderr] = this.#streams;
    stdout!.next = stdoutNext;
    stderr!.next = stderrNext;
    if (this.complete) for (const resolve of this.#waiting) resolve();
  }

  /** Resolves when the service has everything that was there at the last look, or wants no more; rejects when the signal aborts. */
  sent(signal: AbortSignal): Promise<void> {
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

  /** Whether the service has everything that was there at the last look, or wants no more. */
  get complete(): boolean {
    return this.#closed || this.#streams.every(({ available, next }) => next >= available);
  }

  #look(): void {
    for (const stream of this.#streams) {
      const { output } = stream;
      stream.available = this.#masked?.[output].length ?? this.#folder.keptBytes(output);
    }
  }
}
