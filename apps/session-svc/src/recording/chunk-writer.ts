import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { GroupCommit } from '@muster/db';
import type { Clock } from '@muster/kernel';
import type { Logger } from '@muster/telemetry';
import { type Chunk, RecordingChain, type Seal } from '@muster/terminal';
import type { RecorderEvents } from '../relay/recorder.ts';
import {
  type RecordingBeginning,
  type RecordingHead,
  RecordingWriter,
  type StoredChunk,
} from '../store/recording-writer.ts';
import type { SessionSchema } from '../store/schema.ts';
import { type RecordingMac, sha256 } from './recording-mac.ts';

/** How soon it is tried again to write. */
const AGAIN_MS = 1_000;

const compress = promisify(gzip);

/** What all recordings are written with. */
export interface WriterParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly mac: RecordingMac;
  readonly commit: GroupCommit<SessionSchema>;
  /** How long the store may refuse a recording, milliseconds. */
  readonly lostAfterMs: number;
}

/** How a recording stands behind a chunk. */
export interface Progress {
  readonly offset: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly notes: number;
}

/** Commits the chunks of one recording in their order. What the store does not take is kept, and tried again. */
export class ChunkWriter {
  readonly #beginning: RecordingBeginning;
  readonly #events: RecorderEvents;
  readonly #parts: WriterParts;
  readonly #chain: RecordingChain;
  readonly #waiting: { readonly chunk: Chunk; readonly progress: Progress }[] = [];
  #written: Progress;
  #end: 'seal' | 'close' | undefined;
  #sealed = false;
  #writing: Promise<void> | undefined;
  #failingSince: number | undefined;
  #lost = false;

  /** `from` is where an earlier process stopped. */
  constructor(
    beginning: RecordingBeginning,
    { from, events, parts }: { from: Seal & Progress; events: RecorderEvents; parts: WriterParts },
  ) {
    this.#beginning = beginning;
    this.#events = events;
    this.#parts = parts;
    this.#chain = new RecordingChain(beginning.session_id, sha256, from);
    this.#written = from;
  }

  /** How many chunks there are, committed or not. */
  get chunks(): number {
    return this.#chain.seal.chunks;
  }

  /** The offset behind the last chunk that is committed. */
  get committed(): number {
    return this.#written.offset;
  }

  /** The next chunk. It is being written when this returns. */
  add(text: string, progress: Progress): void {
    this.#waiting.push({ chunk: this.#chain.add(text, progress.offset), progress });
    this.#writing ??= this.#write();
  }

  /** Resolves once all is written, or cannot be: a close tries once, a seal for as long as the store may refuse. */
  async finish(end: 'seal' | 'close'): Promise<void> {
    this.#end = end;
    this.#writing ??= this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0 || this.#wantsSeal()) {
      const batch = [...this.#waiting];
      const seal = this.#wantsSeal();
      try {
        await this.#commit(batch, seal);
      } catch (error) {
        if (await this.#triesAgain(error)) continue;
        break;
      }
      this.#waiting.splice(0, batch.length);
      this.#sealed = seal;
      this.#recovered();
      const before = this.committed;
      this.#written = batch.at(-1)?.progress ?? this.#written;
      if (this.committed !== before) this.#events.onCommitted();
    }
    this.#writing = undefined;
  }

  /** A session in which nothing happened has no recording. */
  #wantsSeal(): boolean {
    return this.#end === 'seal' && !this.#sealed && this.chunks > 0;
  }

  async #commit(batch: readonly { chunk: Chunk; progress: Progress }[], seal: boolean): Promise<void> {
    const { clock, mac, commit } = this.#parts;
    const { session_id: sessionId, account_uin } = this.#beginning;
    const chunks = await Promise.all(batch.map(({ chunk }) => stored(chunk)));
    const { chunk: last, progress = this.#written } = batch.at(-1) ?? {};
    const { chunks: count, hash } = last ? { chunks: last.number + 1, hash: last.hash } : this.#chain.seal;
    const head: RecordingHead = {
      ...{ chunks: count, last_hash: hash, mac: mac.of({ sessionId, chunks: count, hash, sealed: seal }) },
      ...{ duration_ms: progress.duration, notes: progress.notes },
      sealed_at: seal ? clock.now() : null,
    };
    const textBytes = batch.reduce((sum, { chunk }) => sum + Buffer.byteLength(chunk.text), 0);
    const growth = { chunks, textBytes, head };
    await commit((trx) => new RecordingWriter(trx).append(this.#beginning, growth), account_uin);
  }

  async #triesAgain(error: unknown): Promise<boolean> {
    const { logger, lostAfterMs } = this.#parts;
    const { session_id: sessionId } = this.#beginning;
    if (this.#failingSince === undefined) {
      this.#failingSince = performance.now();
      logger.error({ err: error, sessionId }, 'a recording cannot be written; its session waits');
    }
    const over = performance.now() - this.#failingSince >= lostAfterMs;
    if (over && !this.#lost) {
      this.#lost = true;
      logger.error({ err: error, sessionId }, 'a recording could not be written for too long; its session has to end');
      this.#events.onLost('the recording could not be written');
    }
    if (this.#end === 'close' || (this.#end === 'seal' && over)) return false;
    await sleep(Math.min(AGAIN_MS, lostAfterMs));
    return true;
  }

  #recovered(): void {
    if (this.#failingSince === undefined) return;
    this.#failingSince = undefined;
    this.#parts.logger.info({ sessionId: this.#beginning.session_id }, 'the recording is written again');
  }
}

async function stored({ number, offset, text, hash }: Chunk): Promise<StoredChunk> {
  return { number, offset, hash, text: await compress(text) };
}
