import type { SessionNote, SessionTyped } from '@muster/contract';
import type { Session } from '../store/session-store.ts';
import type { Size } from './machine-end.ts';
import type { Recorder } from './recorder.ts';

/** What of a session goes into its recording, each byte once. */
export class RecordingFeed {
  readonly #recorder: Recorder;
  readonly #hasTerminal: boolean;
  readonly #withInput: boolean;
  #typedNext = 0;

  constructor(recorder: Recorder, { kind, record_input }: Pick<Session, 'kind' | 'record_input'>) {
    this.#recorder = recorder;
    this.#hasTerminal = kind === 'SHELL';
    this.#withInput = record_input === 1;
  }

  /** From here on the output is wanted. */
  get next(): number {
    return this.#recorder.next;
  }

  /** What comes before needs no more care: it is recorded, or never will be. */
  get committed(): number {
    return this.#hasTerminal ? this.#recorder.committed : Number.POSITIVE_INFINITY;
  }

  /** What is no terminal's output is nothing for people to read. */
  printed(offset: number, bytes: Uint8Array): void {
    const recorder = this.#recorder;
    if (!this.#hasTerminal || offset + bytes.length <= recorder.next) return;
    if (offset > recorder.next) recorder.missed(offset);
    recorder.output(bytes.subarray(recorder.next - offset));
  }

  typed({ offset, length, bytes }: SessionTyped): void {
    if (Number(offset) < this.#typedNext) return;
    this.#typedNext = Number(offset) + length;
    if (this.#withInput) this.#recorder.input(bytes);
  }

  noted({ number, text }: SessionNote): void {
    this.#recorder.note(number, text);
  }

  resized({ columns, rows }: Size): void {
    this.#recorder.resized(columns, rows);
  }
}
