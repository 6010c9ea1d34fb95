import {
  type Bilingual,
  type ParameterConf,
  type PublicCommandInFiles,
  type PublicParameter,
  parametersFromConfs,
  parametersToJson,
  type Scene,
} from '@muster/command';
import { type Command, type CommandBody, sameBody } from './command.ts';
import { LIBRARY_UIN } from './library.ts';

/** A scene as it is stored; times in milliseconds since 1970. */
export interface StoredScene extends Scene {
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One folder of the public library. */
export interface SceneFolder {
  readonly scene: Scene;
  readonly commands: readonly PublicCommandInFiles[];
}

/** What one public command says, and where it belongs. */
export type PublicCommand = Pick<Command, 'commandId' | 'tags' | 'scenes'> & { readonly body: CommandBody };

/** The public library, checked as a whole: ids and names are there once. Throws an Error that names what is there twice. */
export function publicCommands(folders: readonly SceneFolder[]): PublicCommand[] {
  requireDistinct(
    'scene',
    folders.map(({ scene }) => scene.sceneId),
  );
  const filed = folders.flatMap(({ commands }) => commands);
  requireDistinct(
    'commandId',
    filed.map(({ commandId }) => commandId),
  );
  requireDistinct(
    'name',
    filed.map(({ name }) => name),
  );
  return folders.flatMap(({ scene, commands }) => commands.map((command) => publicCommand(command, scene)));
}

/** The version of a public command after `stored`, or its first; undefined when it says what it said. */
export function publicVersion(
  { body, ...given }: PublicCommand,
  stored: Command | undefined,
  now: number,
): Command | undefined {
  if (stored && sameBody(stored, body)) return undefined;
  const saved = { updatedAt: now, updatedUin: LIBRARY_UIN };
  if (stored) return { ...stored, ...given, ...body, ...saved, version: stored.version + 1 };
  const made = {
    accountUin: LIBRARY_UIN,
    createdBy: 'TAT',
    createdAt: now,
    createdUin: LIBRARY_UIN,
    version: 1,
  } as const;
  return { ...given, ...body, ...made, ...saved };
}

function publicCommand(command: PublicCommandInFiles, scene: Scene): PublicCommand {
  const { commandId, content, tags, type, name, description, parameters, ...rest } = command;
  const confs = parameters.flatMap(defaultOf);
  return {
    commandId,
    tags,
    scenes: [scene.sceneId],
    body: {
      commandName: name,
      description: description.en,
      content: new TextDecoder('utf-8', { ignoreBOM: true }).decode(content),
      commandType: type,
      workingDirectory: rest.workingDirectory,
      timeout: rest.timeout,
      username: rest.username,
      enableParameter: rest.enableParameter,
      defaultParameters: confs.length > 0 ? parametersToJson(parametersFromConfs(confs)) : rest.defaultParameters,
      defaultParameterConfs: confs,
      outputCosBucketUrl: rest.outputCosBucketUrl,
      outputCosKeyPrefix: rest.outputCosKeyPrefix,
      formattedDescription: formattedDescription(command, scene),
    },
  };
}

/** A parameter without a default is no default: whoever runs the command must give it. */
function defaultOf({ name, default: value, description }: PublicParameter): ParameterConf[] {
  return value === undefined ? [] : [{ name, value, description: description.en }];
}

/** FormattedDescription (spec section 5): JSON text of everything that is there in two languages. */
function formattedDescription({ displayName, description, parameters }: PublicCommandInFiles, scene: Scene): string {
  return JSON.stringify({
    scenes: [{ id: scene.sceneId, ...inLanguages(scene.name) }],
    cmd_description: { ...inLanguages(description), 'name-en': displayName.en, 'name-zh-cn': displayName.zh },
    parameter_description: Object.fromEntries(parameters.map((each) => [each.name, inLanguages(each.description)])),
    cmdName: displayName.en,
    cmdDesc: description.en,
  });
}

function inLanguages({ en, zh }: Bilingual) {
  return { en, 'zh-cn': zh };
}

function requireDistinct(what: string, keys: readonly string[]): void {
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) throw new Error(`public library: ${what} \`${twice}\` is there twice`);
}
