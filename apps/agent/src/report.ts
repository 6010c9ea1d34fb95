import { open } from 'node:fs/promises';
import { OutputStream } from '@muster/contract';
import type { Logger } from '@muster/telemetry';
import { Backoff } from './backoff.ts';
import { nextPieces, type Piece } from './domain/output-window.ts';
import { FollowedOutput, type FollowedStream } from './followed-output.ts';
import type { Output, TaskFolder } from './spool/task-folder.ts';
import type { Uplink } from './uplink.ts';

/** Bytes of output in one report, all tasks together. */
const REPORT_BYTES = 65_536;

const STREAM_OF = { stdout: OutputStream.STDOUT, stderr: OutputStream.STDERR } as const satisfies Record<
  Output,
  OutputStream
>;

/**
 * Sends what scripts write, at the offsets that the service asks for. One report is under way at a time, for all tasks together:
 * that is the back-pressure, and what came meanwhile goes out as one. Nothing is kept in memory but offsets.
 */
export class Reporter {
  readonly #uplink: Uplink;
  readonly #logger: Logger;
  readonly #signal: AbortSignal;
  readonly #backoff = new Backoff();
  readonly #tasks = new Map<string, FollowedOutput>();
  #busy: boolean = false;

  constructor(uplink: Uplink, logger: Logger, signal: AbortSignal) {
    this.#uplink = uplink;
    this.#logger = logger;
    this.#signal = signal;
  }

  /** Begins to report the output of a task. */
  follow(folder: TaskFolder): FollowedOutput {
    const output = new FollowedOutput(folder);
    this.#tasks.set(folder.id, output);
    return output;
  }

  /** Ends it. */
  unfollow(id: string): void {
    this.#tasks.delete(id);
  }

  /** There may be something to send. */
  pump(): void {
    void this.#sendAll().catch((error) => {
      if (!this.#signal.aborted) this.#logger.error({ err: error }, 'output could not be reported');
    });
  }

  /** The service can be reached again. */
  wake(): void {
    this.#backoff.wake();
    this.pump();
  }

  async #sendAll(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (;;) {
        const streams = [...this.#tasks.values()].flatMap((task) => task.streams);
        const pieces = nextPieces(streams, REPORT_BYTES);
        if (pieces.length === 0) return;
        if (await this.#send(pieces)) this.#backoff.reset();
        else await this.#backoff.wait(this.#signal);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Whether it got anything further. */
  async #send(pieces: readonly Piece<FollowedStream>[]): Promise<boolean> {
    try {
      const { positions } = await this.#uplink.output(await Promise.all(pieces.map(toChunk)));
      for (const position of positions) this.#tasks.get(position.invocationTaskId)?.position(position);
      return positions.some(({ closed }) => closed) || pieces.some(({ window, offset }) => window.next !== offset);
    } catch (error) {
      this.#logger.debug({ err: error }, 'output was not taken; it is sent again');
      return false;
    }
  }
}

async function toChunk({ window: { folder, output, file: path }, offset, length }: Piece<FollowedStream>) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
    return {
      invocationTaskId: folder.id,
      stream: STREAM_OF[output],
      offset,
      data: buffer.subarray(0, bytesRead),
    };
  } finally {
    await file.close();
  }
}
