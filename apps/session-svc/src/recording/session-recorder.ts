import { CastWriter, type Seal } from '@muster/terminal';
import type { Recorder, RecorderEvents } from '../relay/recorder.ts';
import type { SessionTable } from '../store/tables/session.ts';
import { ChunkWriter, type Progress, type WriterParts } from './chunk-writer.ts';

/** What a chunk holds at most, but for the event that makes it full; characters. */
const CHUNK_LENGTH = 65_536;
const UNSEEN = 'typed without being shown';

/** What all recorders share. */
export interface RecorderParts extends WriterParts {
  /** Something waits: `flush` is to be called within a second. */
  readonly onWaiting: (recorder: SessionRecorder) => void;
}

/** Where a recording begins, or goes on. */
export interface RecordingPosition extends Seal, Progress {
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** Writes down what happens in one session. */
export class SessionRecorder implements Recorder {
  readonly #session: Readonly<SessionTable>;
  readonly #events: RecorderEvents;
  readonly #parts: RecorderParts;
  readonly #cast: CastWriter;
  readonly #writer: ChunkWriter;
  readonly #typed = new TextDecoder('utf-8', { ignoreBOM: true });
  #next: number;
  #notes: number;
  #size: { readonly columns: number; readonly rows: number };
  #unseen: boolean = false;
  #text = '';

  constructor(
    session: Readonly<SessionTable>,
    { from, events, parts }: { from: RecordingPosition; events: RecorderEvents; parts: RecorderParts },
  ) {
    const { session_id, account_uin, record_input, columns, rows } = session;
    this.#session = session;
    this.#events = events;
    this.#parts = parts;
    this.#cast = new CastWriter(from.startedAt, from);
    const withInput = this.#keepsStreams ? record_input : 0;
    const beginning = { session_id, account_uin, with_input: withInput, started_at: from.startedAt };
    this.#writer = new ChunkWriter(beginning, { from, events, parts });
    this.#next = from.offset;
    this.#notes = from.notes;
    this.#size = { columns, rows };
  }

  get next(): number {
    return this.#next;
  }

  get committed(): number {
    return this.#keepsStreams ? this.#writer.committed : this.#next;
  }

  output(bytes: Uint8Array): void {
    this.#next += bytes.length;
    if (this.#keepsStreams) this.#add((now) => this.#cast.output(now, bytes));
    else queueMicrotask(() => this.#events.onCommitted());
  }

  missed(until: number): void {
    const bytes = until - this.#next;
    this.#next = until;
    if (this.#keepsStreams) {
      this.#add((now) => this.#cast.end(now) + this.#cast.marker(now, `${bytes} bytes of output are missing`));
      this.#cast.skip(until);
    } else {
      queueMicrotask(() => this.#events.onCommitted());
    }
  }

  input(bytes: Uint8Array): void {
    if (this.#session.record_input === 0) return;
    const repeated = this.#unseen;
    this.#unseen = bytes.length === 0;
    if (bytes.length > 0) {
      const text = this.#typed.decode(bytes, { stream: true });
      this.#add((now) => (text === '' ? '' : this.#cast.input(now, text)));
    } else if (!repeated) {
      // once, however much it was: how long a password is, is nobody's business
      this.#add((now) => this.#cast.marker(now, UNSEEN));
    }
  }

  note(number: number, text: string): void {
    if (number <= this.#notes) return;
    this.#notes = number;
    this.#add((now) => this.#cast.marker(now, text));
  }

  resized(columns: number, rows: number): void {
    if (columns === this.#size.columns && rows === this.#size.rows) return;
    this.#size = { columns, rows };
    this.#add((now) => this.#cast.resize(now, columns, rows));
  }

  /** Begins to write what waits. */
  flush(): void {
    if (this.#text === '') return;
    const { offset, duration } = this.#cast;
    this.#writer.add(this.#text, { offset, duration, notes: this.#notes });
    this.#text = '';
  }

  async seal(): Promise<void> {
    this.#add((now) => this.#cast.end(now));
    this.flush();
    await this.#writer.finish('seal');
  }

  async close(): Promise<void> {
    this.flush();
    await this.#writer.finish('close');
  }

  /** What programs say to each other is nothing to look at: of their sessions the notes are kept. */
  get #keepsStreams(): boolean {
    return this.#session.kind === 'SHELL';
  }

  #add(lines: (now: number) => string): void {
    const text = lines(this.#parts.clock.now());
    if (text === '') return;
    if (this.#text === '' && this.#writer.chunks === 0) this.#text = this.#header();
    this.#text += text;
    if (this.#text.length >= CHUNK_LENGTH) this.flush();
    else this.#parts.onWaiting(this);
  }

  #header(): string {
    const { username, instance_id } = this.#session;
    return this.#cast.header({ ...this.#size, title: `${username} on ${instance_id}`, term: 'xterm-256color' });
  }
}
