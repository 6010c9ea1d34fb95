import { Command, type CommanderError, type OutputConfiguration } from 'commander';
import { CATALOG } from './catalog.ts';
import type { NounEntry, VerbEntry } from './catalog-entry.ts';
import type { GlobalOptions } from './create-app.ts';
import { EXIT } from './domain/outcome.ts';
import type { Terminal } from './output/terminal.ts';
import type { Verb } from './verb.ts';

/** Runs a verb with what commander read: global options, the verb's options, its arguments. */
export type Execute = (verb: Verb, globals: GlobalOptions, options: object, args: unknown[]) => Promise<void>;

/**
 * The whole command line. A verb's options are added when it is typed, for only then its code is loaded.
 * Usage faults end in a CommanderError whose words are already printed.
 */
export function createProgram(version: string, terminal: Pick<Terminal, 'out' | 'err'>, execute: Execute): Command {
  const output = outputOn(terminal);
  const program = new Command('muster')
    .description('Runs commands on fleets of machines.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .option('--context <name>', 'use this context instead of the current one')
    .option('--json', 'print JSON: one document, or JSON Lines for what streams')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('see `muster --help`')
    .configureOutput(output)
    .exitOverride();
  program.addHelpText(
    'after',
    `
Start here:
  $ muster login --url http://127.0.0.1:8080 --secret-id AKID...
  $ muster instance list
  $ muster run uptime -t 'web-*'

Exit codes: 0 all succeeded, 1 the tool or the request failed, 2 some instances failed, 3 cancelled, 4 still running, 5 nothing matched`,
  );
  for (const { heading, entries } of CATALOG) {
    for (const entry of entries)
      program.addCommand(toCommand(entry, ['muster'], { output, execute }).helpGroup(heading));
  }
  return lazily(program);
}

/** `muster help run` means `muster run --help`. */
export function withHelpCommand(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
}

/** The exit code of a CommanderError: help and version are answers, everything else is a fault of usage. */
export function usageExitCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? EXIT.succeeded : EXIT.error;
}

/** Loads the verb that is about to be parsed. */
function lazily(command: Command): Command {
  return command.hook('preSubcommand', async (_, subcommand) => {
    await loaders.get(subcommand)?.();
  });
}

/** How commander prints, and runs what it read. */
interface Doing {
  readonly output: OutputConfiguration;
  readonly execute: Execute;
}

function outputOn({ out, err }: Pick<Terminal, 'out' | 'err'>): OutputConfiguration {
  return {
    writeOut: (text) => out.write(text),
    writeErr: (text) => err.write(text),
    getOutHelpWidth: () => (out.isTerminal ? out.width : 80),
    getErrHelpWidth: () => (err.isTerminal ? err.width : 80),
    // faults of usage begin as all other faults do
    outputError: (text, write) => write(text.replace(/^error:/, 'muster:')),
  };
}

const loaders = new WeakMap<Command, () => Promise<void>>();

function toCommand(entry: VerbEntry | NounEntry, parents: readonly string[], doing: Doing): Command {
  const path = [...parents, entry.name];
  const command = new Command(entry.name)
    .summary(entry.summary)
    .description(sentence(entry.summary))
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(`see \`${path.join(' ')} --help\``)
    .configureOutput(doing.output)
    .exitOverride();
  if ('verbs' in entry) {
    command.helpCommand(false);
    for (const each of entry.verbs) command.addCommand(toCommand(each, path, doing));
    return lazily(command);
  }
  loaders.set(command, async () => {
    const verb = await entry.load();
    verb.configure(command);
    command.addHelpText('after', `\nExamples:\n${verb.examples.map((line) => `  $ ${line}`).join('\n')}`);
    command.action((...given) => {
      // commander adds the options and itself behind the arguments
      const args = given.slice(0, -2);
      return doing.execute(verb, command.optsWithGlobals<GlobalOptions>(), command.opts(), args);
    });
  });
  return command;
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
