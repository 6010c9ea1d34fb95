import { type Command, CommandSchema, CommandTypeSchema } from '@muster/contract';
import type { Command as Commander } from 'commander';
import type { ScriptType } from './domain/script-type.ts';
import { collect, scriptType, seconds } from './option-values.ts';
import type { Column } from './output/table.ts';
import { ago } from './output/time.ts';
import { tatName } from './tat-name.ts';

/** Options that `command create` and `command edit` share. */
export interface CommandOptions {
  readonly file?: string;
  readonly type?: ScriptType;
  readonly description?: string;
  readonly user?: string;
  readonly cwd?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly param?: readonly string[];
}

/** Adds them. */
export function addCommandOptions(command: Commander): void {
  command
    .option('-f, --file <file>', "the script; '-' is standard input")
    .option('--type <type>', 'SHELL, PYTHON, POWERSHELL or BAT; otherwise the ending of the file tells', scriptType)
    .option('--description <text>', 'what it is for')
    .option('--user <name>', 'the user it runs as')
    .option('--cwd <directory>', 'the directory it runs in')
    .option('--timeout <duration>', 'kill it after this long, such as 90s or 2h', seconds)
    .option(
      '--param <key=value>',
      'a parameter with its default; all of them replace those before; repeatable',
      collect,
    );
}

/** The columns of a list of commands or versions. */
export function commandColumns(): Column<Command>[] {
  const now = Date.now();
  return [
    { heading: 'NAME', cell: ({ commandName }) => commandName },
    { heading: 'ID', cell: ({ commandId }) => commandId, color: (_, colors) => colors.dim },
    { heading: 'TYPE', cell: (command) => tatName(CommandTypeSchema, command.commandType) },
    { heading: 'VERSION', cell: ({ version }) => String(version) },
    { heading: 'CHANGED', cell: ({ updatedTime }) => ago(updatedTime, now) },
    { heading: 'DESCRIPTION', cell: ({ description }) => description, flexible: true },
  ];
}

/** How commands are listed in JSON. */
export const COMMAND_LIST = { schema: CommandSchema, names: { list: 'CommandSet', total: 'TotalCount' } } as const;
