import { type Command, CommandSchema, CommandTypeSchema } from '@muster/contract';
import type { Command as Commander } from 'commander';
import type { Language } from './domain/formatted-description.ts';
import { parsePairs } from './domain/parameters.ts';
import type { ScriptType } from './domain/script-type.ts';
import { localText } from './local-text.ts';
import { collect, parameter, scriptType, seconds } from './option-values.ts';
import type { Column } from './output/table.ts';
import { ago } from './output/time.ts';
import { addClientTokenOption, parametersJson } from './run-options.ts';
import { Stop } from './stop.ts';
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
  readonly paramDescription?: readonly string[];
  readonly outputBucket?: string;
  readonly outputPrefix?: string;
  readonly clientToken?: string;
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
      'a parameter with its default, a secret from a file as key@file; all of them replace those before; repeatable',
      parameter,
    )
    .option('--param-description <key=text>', 'what a parameter of --param is for; repeatable', collect)
    .option('--output-bucket <url>', 'where runs put their full output too: address of an S3 or COS bucket')
    .option('--output-prefix <folder>', 'the folder in the bucket');
  addClientTokenOption(command);
}

/** The request's fields for defaults: with descriptions when any is given. `undefined` when no `--param` is. */
export function defaultsFrom({ param, paramDescription = [] }: CommandOptions) {
  const described = parsePairs(paramDescription);
  if ('fault' in described) throw new Stop(`--param-description: ${described.fault}`, { hint: 'write it as key=text' });
  const defaults = parsePairs(param ?? []);
  if ('fault' in defaults) throw new Stop(`--param: ${defaults.fault}`, { hint: 'write it as --param name=value' });
  for (const key of described.pairs.keys()) {
    if (!defaults.pairs.has(key)) throw new Stop(`--param-description: \`${key}\` is no --param`);
  }
  if (param === undefined) return undefined;
  if (described.pairs.size === 0) return { defaultParameters: parametersJson(param) };
  return {
    defaultParameterConfs: [...defaults.pairs].map(([parameterName, parameterValue]) => ({
      parameterName,
      parameterValue,
      parameterDescription: described.pairs.get(parameterName) ?? '',
    })),
  };
}

/** The columns of a list of commands or versions. */
export function commandColumns(language: Language): Column<Command>[] {
  const now = Date.now();
  return [
    { heading: 'NAME', cell: ({ commandName }) => commandName },
    { heading: 'ID', cell: ({ commandId }) => commandId, color: (_, colors) => colors.dim },
    { heading: 'TYPE', cell: (command) => tatName(CommandTypeSchema, command.commandType) },
    { heading: 'VERSION', cell: ({ version }) => String(version) },
    { heading: 'CHANGED', cell: ({ updatedTime }) => ago(updatedTime, now) },
    { heading: 'DESCRIPTION', cell: (command) => localText(command, language).description, flexible: true },
  ];
}

/** How commands are listed in JSON. */
export const COMMAND_LIST = { schema: CommandSchema, names: { list: 'CommandSet', total: 'TotalCount' } } as const;
