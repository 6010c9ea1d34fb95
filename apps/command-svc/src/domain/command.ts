import {
  type CommandType,
  checkCommandName,
  checkCommandType,
  checkContent,
  checkDescription,
  checkOutputCosBucketUrl,
  checkOutputCosKeyPrefix,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
  type GivenDefaults,
  type ParameterConf,
  parseParameters,
  requireText,
  type Tag,
  type Template,
} from '@muster/command';
import { invalid } from '@muster/kernel';
import { asGiven, checkedDefaults, type Defaults, shownDefaults } from './defaults.ts';

/** What one version of a command says; the parts that a caller sets. */
export interface CommandBody extends Defaults {
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
  const content = checkContent(given.content);
  return {
    commandName,
    content,
    description: checkDescription(given.description),
    commandType,
    workingDirectory: checkWorkingDirectory(given.workingDirectory, commandType),
    timeout: checkTimeout(given.timeout),
    enableParameter: given.enableParameter,
    ...checkedDefaults(given, content),
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
  const content = change.content === undefined ? current.content : checkContent(change.content);
  return {
    commandName: change.commandName === undefined ? current.commandName : checkCommandName(change.commandName),
    content,
    description: change.description === undefined ? current.description : checkDescription(change.description),
    commandType,
    workingDirectory: checkWorkingDirectory(change.workingDirectory ?? current.workingDirectory, commandType),
    timeout: change.timeout === undefined ? current.timeout : checkTimeout(change.timeout),
    enableParameter: current.enableParameter,
    ...changedDefaults(current, change, content),
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

/** Defaults that a change does not speak of are taken as answers show them, so that no new script can begin to show hidden ones. */
function changedDefaults(current: CommandBody, change: GivenChange, content: string): Defaults {
  const given = change.defaultParameters !== undefined || change.defaultParameterConfs.length > 0;
  const { defaultParameters, defaultParameterConfs } = given ? change : asGiven(shownDefaults(current));
  const { enableParameter } = current;
  return checkedDefaults({ enableParameter, defaultParameters, defaultParameterConfs }, content, current);
}
