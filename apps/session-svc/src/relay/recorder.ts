import type { SessionTable } from '../store/tables/session.ts';

/** Writes the recording of one session. What is given is committed within a second; a relay acknowledges to the machine what is. */
export interface Recorder {
  /** The offset in the output where the recording goes on: behind all that was given so far. After a restart, behind what is committed. */
  readonly next: number;
  /** Everything of the output before this offset is committed. */
  readonly committed: number;
  /** Output that continues at `next`. */
  output(bytes: Uint8Array): void;
  /**
   * The machine does not have the output before `until` any more, which is past `next`: the recording says so and goes on there. A recorder
   * that writes nothing begins at 0 after every restart, so that this is how it gets to where the machine is.
   */
  missed(until: number): void;
  /** What was typed, as the machine reports it; no bytes when it was typed unseen. */
  input(bytes: Uint8Array): void;
  /** A line about what was done, for sessions without a terminal. A number that was given before is a repeat. */
  note(number: number, text: string): void;
  resized(columns: number, rows: number): void;
  /** Commits what waits and seals the recording: nothing comes after. Never rejects: what the store does not take then is sealed once it does. */
  seal(): Promise<void>;
  /** Commits what waits and leaves the recording open, for the next process. Never rejects. */
  close(): Promise<void>;
}

/** What a relay hears from the recorder of its session. */
export interface RecorderEvents {
  /** `committed` has advanced. */
  onCommitted(): void;
  /**
   * The recording could not be written for half a minute, and nothing was acknowledged meanwhile: the session has to end, as no shell is open
   * unrecorded. `words` are for people. Comes once.
   */
  onLost(words: string): void;
}

/** Begins recordings, and goes on with those that an earlier process began. */
export interface Recorders {
  /**
   * An unrecorded session has a recorder that writes nothing and calls everything committed. Rejects when the recording of an earlier process
   * cannot be read, is sealed, or was changed since: the session cannot go on then.
   */
  open(session: Readonly<SessionTable>, events: RecorderEvents): Promise<Recorder>;
}
