import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { CommandType, ParameterConf, Tag } from '@muster/command';
import {
  type CommandSchema,
  type CreateCommandRequest,
  type DefaultParameterConf,
  type ModifyCommandRequest,
  CommandType as PbCommandType,
  CreatedBy as PbCreatedBy,
  type Tag as PbTag,
  type SaveCommandRequest,
  type SceneSchema,
} from '@muster/contract';
import type { Command, CreatedBy, GivenChange, GivenCommand } from './domain/command.ts';
import { shownDefaults } from './domain/defaults.ts';
import type { StoredScene } from './domain/public-library.ts';

type KnownType = (typeof PbCommandType)[keyof typeof PbCommandType];

const TYPE_TO_PROTO = {
  SHELL: PbCommandType.SHELL,
  POWERSHELL: PbCommandType.POWERSHELL,
  BAT: PbCommandType.BAT,
  PYTHON: PbCommandType.PYTHON,
} satisfies Record<CommandType, PbCommandType>;

const TYPE_FROM_PROTO = {
  [PbCommandType.UNSPECIFIED]: undefined,
  [PbCommandType.SHELL]: 'SHELL',
  [PbCommandType.POWERSHELL]: 'POWERSHELL',
  [PbCommandType.BAT]: 'BAT',
  [PbCommandType.PYTHON]: 'PYTHON',
} as const satisfies Record<KnownType, CommandType | undefined>;

const CREATED_BY_TO_PROTO = {
  USER: PbCreatedBy.USER,
  TAT: PbCreatedBy.TAT,
} satisfies Record<CreatedBy, PbCreatedBy>;

/** A command to save, as the request gives it. */
export function fromCreateRequest(request: CreateCommandRequest | SaveCommandRequest): GivenCommand {
  return {
    commandName: request.commandName,
    content: request.content,
    description: request.description,
    commandType: typeName(request.commandType),
    workingDirectory: request.workingDirectory,
    timeout: request.timeout,
    enableParameter: request.enableParameter,
    defaultParameters: request.defaultParameters,
    defaultParameterConfs: request.defaultParameterConfs.map(fromConf),
    username: request.username,
    outputCosBucketUrl: request.outputCosBucketUrl,
    outputCosKeyPrefix: request.outputCosKeyPrefix,
  };
}

/** A change, as the request gives it. */
export function fromModifyRequest(request: ModifyCommandRequest): GivenChange {
  return {
    commandName: request.commandName,
    content: request.content,
    description: request.description,
    commandType: request.commandType === undefined ? undefined : typeName(request.commandType),
    workingDirectory: request.workingDirectory,
    timeout: request.timeout,
    defaultParameters: request.defaultParameters,
    defaultParameterConfs: request.defaultParameterConfs.map(fromConf),
    username: request.username,
    outputCosBucketUrl: request.outputCosBucketUrl,
    outputCosKeyPrefix: request.outputCosKeyPrefix,
  };
}

/** Tags, as the request gives them. */
export function fromTags(tags: readonly PbTag[]): Tag[] {
  return tags.map(({ key, value }) => ({ key, value }));
}

/** A version as answers show it: hidden defaults read `******`. */
export function toCommand(command: Command): MessageInitShape<typeof CommandSchema> {
  return toWholeCommand({ ...command, ...shownDefaults(command) });
}

/** A version with its hidden defaults, for those who run it. */
export function toWholeCommand(command: Command): MessageInitShape<typeof CommandSchema> {
  return {
    commandId: command.commandId,
    commandName: command.commandName,
    description: command.description,
    content: new TextEncoder().encode(command.content),
    commandType: TYPE_TO_PROTO[command.commandType],
    workingDirectory: command.workingDirectory,
    timeout: command.timeout,
    createdTime: timestampFromMs(command.createdAt),
    updatedTime: timestampFromMs(command.updatedAt),
    enableParameter: command.enableParameter,
    defaultParameters: command.defaultParameters,
    defaultParameterConfs: command.defaultParameterConfs.map(toConf),
    username: command.username,
    tags: command.tags.map(({ key, value }) => ({ key, value })),
    createdBy: CREATED_BY_TO_PROTO[command.createdBy],
    version: command.version,
    updatedUin: command.updatedUin,
    createdUin: command.createdUin,
    outputCosBucketUrl: command.outputCosBucketUrl,
    outputCosKeyPrefix: command.outputCosKeyPrefix,
    scenes: [...command.scenes],
    formattedDescription: command.formattedDescription,
  };
}

/** A scene as answers show it. */
export function toScene({ sceneId, name, createdAt, updatedAt }: StoredScene): MessageInitShape<typeof SceneSchema> {
  return {
    sceneId,
    sceneName: name.en,
    sceneNameZh: name.zh,
    createdBy: PbCreatedBy.TAT,
    createdTime: timestampFromMs(createdAt),
    updatedTime: timestampFromMs(updatedAt),
  };
}

/** A number that this version of the contract does not know is passed on as text, for the refusal to name. */
function typeName(type: PbCommandType): string | undefined {
  return type in TYPE_FROM_PROTO ? TYPE_FROM_PROTO[type as KnownType] : String(type);
}

function fromConf(conf: DefaultParameterConf): ParameterConf {
  return { name: conf.parameterName, value: conf.parameterValue, description: conf.parameterDescription };
}

function toConf({ name, value, description }: ParameterConf) {
  return { parameterName: name, parameterValue: value, parameterDescription: description };
}
