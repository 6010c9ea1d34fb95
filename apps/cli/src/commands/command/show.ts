import { type Command, CommandSchema, CommandTypeSchema } from '@muster/contract';
import type { App } from '../../app.ts';
import { escapeText } from '../../domain/escape.ts';
import { findCommand, findVersion } from '../../library.ts';
import { isPublic, type LocalParameter, localText } from '../../local-text.ts';
import { count } from '../../option-values.ts';
import { printScript } from '../../output/script.ts';
import { type Column, printFields, printTable } from '../../output/table.ts';
import { when } from '../../output/time.ts';
import { toTatJson } from '../../output/to-json.ts';
import { tatName } from '../../tat-name.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly commandVersion?: number;
  readonly content?: boolean;
}

/** `muster command show`: one command with its script. */
export const commandShow = verb<Options, [command: string]>({
  configure(command) {
    command
      .argument('<command>', 'id or name')
      .option('--command-version <number>', 'this version instead of the latest', count)
      .option('--content', 'only the script, byte by byte');
  },
  examples: [
    'muster command show disk-report',
    'muster command show disk-report --command-version 1',
    'muster command show disk-report --content',
  ],
  async run(app, { commandVersion, content }, idOrName) {
    const session = await app.connect();
    const latest = await findCommand(session, idOrName);
    const command = commandVersion === undefined ? latest : await findVersion(session, latest, commandVersion);
    if (app.json) app.printJson(toTatJson(CommandSchema, command));
    else if (content) app.terminal.out.write(command.content);
    else print(app, command);
    return undefined;
  },
});

function print({ config, terminal: { out } }: App, command: Command): void {
  const now = Date.now();
  const text = localText(command, config.language);
  out.line(out.colors.bold(escapeText(text.name)));
  printFields(out, [
    ['id', command.commandId],
    ['version', String(command.version)],
    ['name', text.name === command.commandName ? '' : command.commandName],
    ['owner', isPublic(command) ? 'public library' : ''],
    ['description', text.description],
    ['type', tatName(CommandTypeSchema, command.commandType)],
    ['user', command.username],
    ['directory', command.workingDirectory],
    ['time limit', `${command.timeout}s`],
    ['parameters', command.enableParameter ? (text.parameters.length > 0 ? '' : 'on, without defaults') : 'off'],
    ['output to', command.outputCosBucketUrl],
    ['output folder', command.outputCosKeyPrefix],
    ['tags', command.tags.map(({ key, value }) => `${key}=${value}`).join(', ')],
    ['created', when(command.createdTime, now)],
    ['changed', when(command.updatedTime, now)],
  ]);
  if (text.parameters.length > 0) {
    out.line();
    printTable(out, PARAMETER_COLUMNS, text.parameters);
  }
  out.line();
  printScript(out, command.content);
}

const PARAMETER_COLUMNS: readonly Column<LocalParameter>[] = [
  { heading: 'PARAMETER', cell: ({ name }) => name },
  { heading: 'DEFAULT', cell: ({ value }) => value ?? '(must be given)' },
  { heading: 'DESCRIPTION', cell: ({ description }) => description, flexible: true },
];
