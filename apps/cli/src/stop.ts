import { EXIT } from './domain/outcome.ts';

/** Ends a command with words for its user instead of a stack. `hint` says what to do next, without a full stop. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, { hint, exitCode = EXIT.error }: { hint?: string; exitCode?: number } = {}) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** Ends a command because nothing answers to what the user named: exit code 5. */
export function nothingMatched(message: string, hint?: string): Stop {
  return new Stop(message, { exitCode: EXIT.nothingMatched, ...(hint ? { hint } : {}) });
}
