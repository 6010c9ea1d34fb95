import type { Command } from 'commander';
import type { App } from './app.ts';

/** One command of the CLI: how it is typed, and what it does. */
export interface Verb {
  /** Adds arguments, options and longer words to commander's command. */
  configure(command: Command): void;
  /** Lines that show how to use it, in its `--help`; every one is run by a test. */
  readonly examples: readonly string[];
  /**
   * Does it. `options` is what commander made of the options that `configure` added; `args` the arguments, absent optional ones
   * undefined, variadic ones an array. Answers the exit code, 0 when nothing.
   */
  run(app: App, options: never, ...args: never[]): Promise<number | undefined>;
}

/** Ties the types of a verb's options and arguments together. */
export function verb<O, A extends unknown[]>(definition: {
  configure(command: Command): void;
  readonly examples: readonly string[];
  run(app: App, options: O, ...args: A): Promise<number | undefined>;
}): Verb {
  return definition as unknown as Verb;
}
