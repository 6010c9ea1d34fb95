import {
  type CommandType,
  checkCommandName,
  checkCommandType,
  checkContent,
  checkDefaults,
  checkDescription,
  checkOutputCosBucketUrl,
  checkOutputCosKeyPrefix,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
  type GivenDefaults,
  type ParameterConf,
  parametersToJson,
  parseParameters,
  requireText,
  type Tag,
  type Template,
} from '@muster/command';
import { invalid } from '@muster/kernel';

/** What one version of a command says; the parts that a caller sets. */
export interface CommandBody {
  readonly commandName: string;
  readonly description: string;
  /** The script as text; its UTF-8 bytes are the caller's own. */
  readonly content: string;
  readonly commandType: CommandType;
  readonly workingDirectory: string;
  /** Seconds. */
  readonly timeout: number;
  /** Fixed at version 1. */
  readonly enableParameter: boolean;
  /** JSON text of the defaults in whichever form they were given; empty when there are none. */
  readonly defaultParameters: string;
  /** The defaults with descriptions; empty unless they were given this way. */
  readonly defaultParameterConfs: readonly ParameterConf[];
  readonly username: string;
  /** Where runs put their full output; empty for nowhere. */
  readonly outputCosBucketUrl: string;
  /** The folder in it. */
  readonly outputCosKeyPrefix: string;
  /** JSON text of a public command's texts in both languages; empty for an account's own. */
  readonly formattedDescription: string;
}

/** Whose command it is: an account's own, or one of the public library, which every account may read and none change. */
export type CreatedBy = 'USER' | 'TAT';

/** A command at one version. A version never changes. */
export interface Command extends CommandBody {
  readonly accountUin: string;
  readonly commandId: string;
  /** From 1. */
  readonly version: number;
  /** The command's as they are now: they belong to no version. */
  readonly tags: readonly Tag[];
  readonly createdBy: CreatedBy;
  /** The scenes of a public command, as they are now. */
  readonly scenes: readonly string[];
  /** When version 1 was saved, milliseconds since 1970. */
  readonly createdAt: number;
  /** Who saved version 1. */
  readonly createdUin: string;
  /** When this version was saved. */
  readonly updatedAt: number;
  /** Who saved it. */
  readonly updatedUin: string;
}

/** A command as a request gives it: unchecked, `undefined` or empty where defaults apply. */
export interface GivenCommand extends GivenDefaults {
  readonly commandName: string;
  readonly content: Uint8Array;
  readonly description: string;
  readonly commandType: string | undefined;
  readonly workingDirectory: string;
  readonly timeout: number | undefined;
  readonly username: string;
  readonly outputCosBucketUrl: string;
  readonly outputCosKeyPrefix: string;
}

/** Fields of a change as a request gives them: absent means unchanged. No confs mean that defaults were not given in that form. */
export interface GivenChange extends Partial<Omit<GivenCommand, 'enableParameter' | 'defaultParameterConfs'>> {
  readonly defaultParameterConfs: readonly ParameterConf[];
}

/** Version 1 of a new command. Refusals: MissingParameter, and those of each field in `@muster/command`. */
export function draftCommand(given: GivenCommand): CommandBody {
  const commandName = checkCommandName(requireText('CommandName', given.commandName));
  if (given.content.length === 0) throw invalid('MissingParameter', 'Content', 'is required, was not given');
  const commandType = checkCommandType(given.commandType);
  return {
    commandName,
    content: checkContent(given.content),
    description: checkDescription(given.description),
    commandType,
    workingDirectory: checkWorkingDirectory(given.workingDirectory, commandType),
    timeout: checkTimeout(given.timeout),
    enableParameter: given.enableParameter,
    ...checkedDefaults(given),
    username: checkUsername(given.username, commandType),
    outputCosBucketUrl: checkOutputCosBucketUrl(given.outputCosBucketUrl),
    outputCosKeyPrefix: checkOutputCosKeyPrefix(given.outputCosKeyPrefix),
    formattedDescription: '',
  };
}

/**
 * What a command says after a change. What stays is checked too, because a directory that suits one CommandType may not suit another.
 * Refusals as `draftCommand`.
 */
export function changeCommand(current: CommandBody, change: GivenChange): CommandBody {
  const commandType = change.commandType === undefined ? current.commandType : checkCommandType(change.commandType);
  return {
    commandName: change.commandName === undefined ? current.commandName : checkCommandName(change.commandName),
    content: change.content === undefined ? current.content : checkContent(change.content),
    description: change.description === undefined ? current.description : checkDescription(change.description),
    commandType,
    workingDirectory: checkWorkingDirectory(change.workingDirectory ?? current.workingDirectory, commandType),
    timeout: change.timeout === undefined ? current.timeout : checkTimeout(change.timeout),
    enableParameter: current.enableParameter,
    ...changedDefaults(current, change),
    username: checkUsername(change.username ?? current.username, commandType),
    outputCosBucketUrl: checkOutputCosBucketUrl(change.outputCosBucketUrl ?? current.outputCosBucketUrl),
    outputCosKeyPrefix: checkOutputCosKeyPrefix(change.outputCosKeyPrefix ?? current.outputCosKeyPrefix),
    formattedDescription: current.formattedDescription,
  };
}

/** Who saves a version, and when. */
export interface Saving {
  readonly uin: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A new command from its draft. */
export function firstVersion(
  body: CommandBody,
  { accountUin, commandId, tags, uin, now }: Saving & Pick<Command, 'accountUin' | 'commandId' | 'tags'>,
): Command {
  const saved = { createdAt: now, createdUin: uin, updatedAt: now, updatedUin: uin };
  return { ...body, accountUin, commandId, tags, createdBy: 'USER', scenes: [], version: 1, ...saved };
}

/** The version after `current`. */
export function nextVersion(current: Command, body: CommandBody, { uin, now }: Saving): Command {
  return { ...current, ...body, version: current.version + 1, updatedAt: now, updatedUin: uin };
}

/** Whether two versions say the same. */
export function sameBody(one: CommandBody, other: CommandBody): boolean {
  return BODY_FIELDS.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]));
}

/** The parts of a command that decide what a run of it executes. */
export function templateOf(body: CommandBody): Template {
  const { content, enableParameter, defaultParameters } = body;
  return { content, enableParameter, defaults: parseParameters('DefaultParameters', defaultParameters) };
}

type Defaults = Pick<CommandBody, 'defaultParameters' | 'defaultParameterConfs'>;

const BODY_FIELDS: readonly (keyof CommandBody)[] = [
  'commandName',
  'description',
  'content',
  'commandType',
  'workingDirectory',
  'timeout',
  'enableParameter',
  'defaultParameters',
  'defaultParameterConfs',
  'username',
  'outputCosBucketUrl',
  'outputCosKeyPrefix',
  'formattedDescription',
];

function checkedDefaults(given: GivenDefaults): Defaults {
  const defaults = checkDefaults(given);
  return {
    defaultParameters: defaults.size === 0 ? '' : parametersToJson(defaults),
    defaultParameterConfs: given.defaultParameterConfs,
  };
}

function changedDefaults(current: CommandBody, change: GivenChange): Defaults {
  const { defaultParameters, defaultParameterConfs } = change;
  if (defaultParameters === undefined && defaultParameterConfs.length === 0) {
    return { defaultParameters: current.defaultParameters, defaultParameterConfs: current.defaultParameterConfs };
  }
  return checkedDefaults({ enableParameter: current.enableParameter, defaultParameters, defaultParameterConfs });
}
