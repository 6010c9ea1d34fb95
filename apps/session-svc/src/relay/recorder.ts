import type { SessionTable } from '../store/tables/session.ts';

/** Writes the recording of one session. What is given is committed within a second; a relay acknowledges to the machine what is. */
export interface Recorder {
  /** The offset in the output where the recording goes on: behind all that was given so far. After a restart, behind what is committed. */
  readonly next: number;
  /** Everything of the output before this offset is committed. */
  readonly committed: number;
  /** Output that continues at `next`. */
  output(bytes: Uint8Array): void;
  /** What was typed, as the machine reports it. */
  input(bytes: Uint8Array): void;
  /** A line about what was done, for sessions without a terminal. A number that was given before is a repeat. */
  note(number: number, text: string): void;
  resized(columns: number, rows: number): void;
  /** Commits what waits and seals the recording: nothing comes after. */
  seal(): Promise<void>;
  /** Commits what waits and leaves the recording open, for the next process. */
  close(): Promise<void>;
}

/** Begins recordings, and goes on with those that an earlier process began. */
export interface Recorders {
  /** `onCommitted` hears of every advance of `committed`. An unrecorded session has a recorder that writes nothing and calls everything committed. */
  open(session: Readonly<SessionTable>, onCommitted: () => void): Promise<Recorder>;
}
