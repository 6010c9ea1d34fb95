import { type CommandFiles, type CommandInFiles, commandToFiles } from '@muster/command';
import { type Command, CommandTypeSchema } from '@muster/contract';
import { tatName } from './tat-name.ts';

/** A command of the service as files hold it. Tags have no order in the service, so they come by key. */
export function toFiled(command: Command): CommandInFiles {
  const parameters = command.defaultParameterConfs.map(({ parameterName, parameterValue, parameterDescription }) => ({
    name: parameterName,
    value: parameterValue,
    description: parameterDescription,
  }));
  return withTagsByKey({
    name: command.commandName,
    type: tatName(CommandTypeSchema, command.commandType) as CommandInFiles['type'],
    description: command.description,
    workingDirectory: command.workingDirectory,
    timeout: command.timeout,
    username: command.username,
    enableParameter: command.enableParameter,
    // the service answers the same defaults in both forms
    defaultParameters: parameters.length > 0 ? '' : command.defaultParameters,
    parameters,
    outputCosBucketUrl: command.outputCosBucketUrl,
    outputCosKeyPrefix: command.outputCosKeyPrefix,
    tags: command.tags,
    content: command.content,
  });
}

/** The two files of a command. */
export function commandFiles(command: Command): CommandFiles {
  return commandToFiles(toFiled(command));
}

/** The same command with its tags by key. */
export function withTagsByKey(command: CommandInFiles): CommandInFiles {
  return { ...command, tags: command.tags.toSorted((one, other) => (one.key < other.key ? -1 : 1)) };
}
