import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, CommandType } from '@muster/contract';
import type { App } from '../../app.ts';
import { addCommandOptions, type CommandOptions, defaultsFrom } from '../../command-options.ts';
import { findCommand, findOwnCommand } from '../../library.ts';
import { readSource } from '../../script-source.ts';
import { Stop } from '../../stop.ts';
import { COMMAND_TYPE } from '../../tat-name.ts';
import { verb } from '../../verb.ts';

interface Options extends CommandOptions {
  readonly name?: string;
}

const FILE_ENDING: Partial<Record<CommandType, string>> = {
  [CommandType.PYTHON]: '.py',
  [CommandType.POWERSHELL]: '.ps1',
  [CommandType.BAT]: '.bat',
};

/** `muster command edit`: saves a changed command as a new version. */
export const commandEdit = verb<Options, [command: string]>({
  configure(command) {
    command.argument('<command>', 'id or name').option('--name <name>', 'a new name');
    addCommandOptions(command);
    command.addHelpText('after', '\nWithout options the script opens in your editor ($VISUAL, $EDITOR or vi).');
  },
  examples: [
    'muster command edit disk-report -f disk.sh',
    "muster command edit disk-report --timeout 5m --description 'how full'",
    'muster command edit disk-report --param path=/var',
  ],
  async run(app, options, idOrName) {
    const session = await app.connect();
    const command = await findOwnCommand(session, idOrName);
    const defaults = defaultsFrom(options);
    const content = await newContent(app, command, options);
    const { type, description, user, cwd, timeout, name, outputBucket, outputPrefix, clientToken = '' } = options;
    await session.commands.modifyCommand({
      commandId: command.commandId,
      ...(content === undefined ? {} : { content }),
      ...(name === undefined ? {} : { commandName: name }),
      ...(type === undefined ? {} : { commandType: COMMAND_TYPE[type] }),
      ...(description === undefined ? {} : { description }),
      ...(user === undefined ? {} : { username: user }),
      ...(cwd === undefined ? {} : { workingDirectory: cwd }),
      ...(timeout === undefined ? {} : { timeout }),
      ...defaults,
      ...(outputBucket === undefined ? {} : { outputCosBucketUrl: outputBucket }),
      ...(outputPrefix === undefined ? {} : { outputCosKeyPrefix: outputPrefix }),
      clientToken,
    });
    const changed = await findCommand(session, command.commandId);
    if (app.json) app.printJson({ CommandId: changed.commandId, Version: changed.version });
    else app.terminal.out.line(`${changed.commandName} is at version ${changed.version}`);
    return undefined;
  },
});

async function newContent(app: App, command: Command, options: Options): Promise<Uint8Array | undefined> {
  if (options.file !== undefined) return readSource(options.file, app.terminal, 'the script');
  if (Object.keys(options).length > 0) return undefined;
  if (!app.terminal.input.isTTY) throw new Stop('nothing to change', { hint: 'give -f FILE or another option' });
  const edited = await inEditor(app.config.editor, command);
  if (Buffer.compare(edited, command.content) === 0) throw new Stop('nothing was changed');
  return edited;
}

/** The script as the user's editor leaves it. */
async function inEditor(editor: string, { commandName, commandType, content }: Command): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-edit-'));
  try {
    const file = join(folder, `script${FILE_ENDING[commandType] ?? '.sh'}`);
    await writeFile(file, content, { mode: 0o600 });
    // an editor setting is a command line, such as `code --wait`; the file's name is ours and needs no quoting beyond this
    const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Stop(`\`${editor}\` ended with ${code ?? 'a signal'}; ${commandName} stays as it is`);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
