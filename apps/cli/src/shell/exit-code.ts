import type { App } from '../app.ts';
import { endingWords } from '../domain/ending-words.ts';
import { explain } from '../failure.ts';
import type { Attended } from './attend.ts';

/** As ssh has it: whatever is not the exit code of a shell. */
const NO_SHELL = 255;

/** The exit code of whoever drives a shell: the shell's own, and 255 with a word about it for everything else. */
export async function shellExitCode(app: App, drive: () => Promise<Attended>): Promise<number> {
  try {
    return codeOf(app, await drive());
  } catch (error) {
    app.fail(explain(error));
    if (app.config.debug && error instanceof Error) app.terminal.err.line(error.stack);
    return NO_SHELL;
  }
}

function codeOf(app: App, how: Attended): number {
  if (how.kind === 'left' || how.reason === 'CLOSED') return NO_SHELL;
  const { reason, exitCode, signal = '', words } = how;
  if (reason === 'EXITED' && exitCode !== undefined) return exitCode;
  const killed = reason === 'EXITED' && signal !== '';
  const message = killed ? `the shell was ended by ${signal}` : `the session is over: ${endingWords(reason, words)}`;
  app.fail({ message, exitCode: NO_SHELL });
  return NO_SHELL;
}
