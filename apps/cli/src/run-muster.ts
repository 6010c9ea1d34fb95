import { CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { Config } from './config.ts';
import { createApp, type GlobalOptions } from './create-app.ts';
import { EXIT } from './domain/outcome.ts';
import { type Streams, terminalOf } from './output/terminal.ts';
import { createProgram, usageExitCode, withHelpCommand } from './program.ts';
import type { Verb } from './verb.ts';

/** Runs one command line to its end and answers the exit code. */
export async function runMuster(args: readonly string[], config: Config, streams: Streams): Promise<number> {
  const terminal = terminalOf(streams, config);
  let exitCode: number = EXIT.succeeded;
  const execute = async (verb: Verb, globals: GlobalOptions, options: object, given: unknown[]) => {
    const app = createApp(config, terminal, globals);
    try {
      exitCode = (await verb.run(app, options as never, ...(given as never[]))) ?? EXIT.succeeded;
    } catch (error) {
      const { explain } = await import('./failure.ts');
      const failure = explain(error);
      app.fail(failure);
      if (config.debug && error instanceof Error) terminal.err.line(error.stack);
      exitCode = failure.exitCode;
    }
  };
  try {
    await createProgram(manifest.version, terminal, execute).parseAsync(withHelpCommand(args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return usageExitCode(error);
  }
  return exitCode;
}
