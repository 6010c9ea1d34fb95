import type { Config } from './config.ts';
import type { Failure } from './domain/failure-line.ts';
import type { Terminal } from './output/terminal.ts';
import type { Session } from './session.ts';

/** What a command may use. */
export interface App {
  readonly config: Config;
  readonly terminal: Terminal;
  /** Whether the answer is to be JSON. */
  readonly json: boolean;
  /** `--context`, or what the environment says. */
  readonly contextName: string | undefined;
  /** Opens the context's session, once; refuses when nobody is logged in. */
  connect(): Promise<Session>;
  /** Says something beside the answer, on standard error; nothing with `--json`. */
  note(text: string): void;
  /** Prints one JSON document on standard output. */
  printJson(value: unknown): void;
  /** Says what went wrong, in one line on standard error. */
  fail(failure: Failure): void;
}
