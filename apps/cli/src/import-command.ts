import { type CommandInFiles, commandToFiles, TAGS_MAX } from '@muster/command';
import type { Command } from '@muster/contract';
import { commandFiles, toFiled } from './command-in-files.ts';
import type { Session } from './session.ts';
import { COMMAND_TYPE } from './tat-name.ts';

/** Whether files say what the library says already. */
export function isSame(command: Command, filed: CommandInFiles): boolean {
  const one = commandFiles(command);
  const other = commandToFiles(filed);
  return one.yaml === other.yaml && Buffer.compare(one.script, other.script) === 0;
}

/** Whether files want something else of what cannot change. */
export function isFixed(command: Command, filed: CommandInFiles): boolean {
  return command.enableParameter !== filed.enableParameter;
}

/** Saves a command that the library does not have. */
export async function addCommand(session: Session, filed: CommandInFiles): Promise<void> {
  const { commandId } = await session.commands.createCommand({
    commandName: filed.name,
    enableParameter: filed.enableParameter,
    tags: filed.tags.slice(0, TAGS_MAX),
    ...versioned(filed),
  });
  const more = filed.tags.slice(TAGS_MAX);
  if (more.length > 0) await session.commands.tagCommands({ commandIds: [commandId], tags: more });
}

/** Saves what files change as a new version. Tags are no part of a version. */
export async function changeCommand(session: Session, command: Command, filed: CommandInFiles): Promise<void> {
  const { commandId } = command;
  if (!isSame(command, { ...filed, tags: toFiled(command).tags })) {
    await session.commands.modifyCommand({ commandId, ...versioned(filed) });
  }
  const tags = filed.tags.filter(
    ({ key, value }) => !command.tags.some((each) => each.key === key && each.value === value),
  );
  const gone = command.tags.filter(({ key }) => !filed.tags.some((each) => each.key === key)).map(({ key }) => key);
  if (gone.length > 0) await session.commands.untagCommands({ commandIds: [commandId], tagKeys: gone });
  if (tags.length > 0) await session.commands.tagCommands({ commandIds: [commandId], tags });
}

/** What a version of a command holds, as requests carry it. */
function versioned(filed: CommandInFiles) {
  return {
    content: filed.content,
    description: filed.description,
    commandType: COMMAND_TYPE[filed.type],
    workingDirectory: filed.workingDirectory,
    timeout: filed.timeout,
    username: filed.username,
    ...defaultsOf(filed),
    outputCosBucketUrl: filed.outputCosBucketUrl,
    outputCosKeyPrefix: filed.outputCosKeyPrefix,
  };
}

/** The two forms exclude one another; an empty text clears both. */
function defaultsOf({ enableParameter, parameters, defaultParameters }: CommandInFiles) {
  if (!enableParameter) return {};
  if (parameters.length === 0) return { defaultParameters };
  return {
    defaultParameterConfs: parameters.map(({ name, value, description }) => ({
      parameterName: name,
      parameterValue: value,
      parameterDescription: description,
    })),
  };
}
