import { type Command, CommandSchema, CommandTypeSchema } from '@muster/contract';
import type { App } from '../../app.ts';
import { findCommand, listVersions } from '../../library.ts';
import { count } from '../../option-values.ts';
import { printScript } from '../../output/script.ts';
import { printFields } from '../../output/table.ts';
import { when } from '../../output/time.ts';
import { toTatJson } from '../../output/to-json.ts';
import type { Session } from '../../session.ts';
import { nothingMatched } from '../../stop.ts';
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
    const command = commandVersion === undefined ? latest : await versionOf(session, latest, commandVersion);
    if (app.json) app.printJson(toTatJson(CommandSchema, command));
    else if (content) app.terminal.out.write(command.content);
    else print(app, command);
    return undefined;
  },
});

async function versionOf(session: Session, { commandId, commandName }: Command, version: number): Promise<Command> {
  const found = (await listVersions(session, commandId)).find((each) => each.version === version);
  if (found) return found;
  throw nothingMatched(
    `command \`${commandName}\` has no version ${version}`,
    `see: muster command versions ${commandName}`,
  );
}

function print({ terminal: { out } }: App, command: Command): void {
  const now = Date.now();
  out.line(out.colors.bold(`${command.commandName}`));
  printFields(out, [
    ['id', command.commandId],
    ['version', String(command.version)],
    ['description', command.description],
    ['type', tatName(CommandTypeSchema, command.commandType)],
    ['user', command.username],
    ['directory', command.workingDirectory],
    ['time limit', `${command.timeout}s`],
    ['parameters', command.enableParameter ? command.defaultParameters || 'on, without defaults' : 'off'],
    ['tags', command.tags.map(({ key, value }) => `${key}=${value}`).join(', ')],
    ['created', when(command.createdTime, now)],
    ['changed', when(command.updatedTime, now)],
  ]);
  out.line();
  printScript(out, command.content);
}
