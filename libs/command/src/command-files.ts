import { Document } from 'yaml';
import {
  type CommandType,
  checkCommandId,
  checkCommandName,
  checkCommandType,
  checkContent,
  checkDescription,
  checkTimeout,
  checkUsername,
  checkWorkingDirectory,
  defaultUsername,
  defaultWorkingDirectory,
  TIMEOUT_DEFAULT_SECONDS,
} from './fields.ts';
import { type Bilingual, FileFields } from './file-fields.ts';
import { checkOutputCosBucketUrl, checkOutputCosKeyPrefix } from './output-bucket.ts';
import { checkDefaults, type ParameterConf, parametersToJson, parseParameters } from './parameters.ts';
import { checkTags, RESOURCE_TAGS_MAX, type Tag } from './tags.ts';

/** What every command in files says, in whichever form its texts are. */
interface Filed {
  readonly name: string;
  readonly type: CommandType;
  readonly workingDirectory: string;
  /** Seconds. */
  readonly timeout: number;
  readonly username: string;
  readonly enableParameter: boolean;
  /** JSON text, empty when there are none. Never beside `parameters`. */
  readonly defaultParameters: string;
  readonly outputCosBucketUrl: string;
  readonly outputCosKeyPrefix: string;
  readonly tags: readonly Tag[];
  /** The script, byte for byte. */
  readonly content: Uint8Array;
}

/** A command as files hold it: what CreateCommand takes. */
export interface CommandInFiles extends Filed {
  readonly description: string;
  /** DefaultParameterConfs. Never beside `defaultParameters`. */
  readonly parameters: readonly ParameterConf[];
}

/** A parameter of a public command. */
export interface PublicParameter {
  readonly name: string;
  /** Absent when whoever runs the command must give one. */
  readonly default: string | undefined;
  readonly description: Bilingual;
}

/** A command of the public library as files hold it. */
export interface PublicCommandInFiles extends Filed {
  /** Fixed for ever. */
  readonly commandId: string;
  readonly displayName: Bilingual;
  readonly description: Bilingual;
  readonly parameters: readonly PublicParameter[];
}

/** The two files of a command: `<name>.yaml`, and `<name>` with this extension, exact bytes. */
export interface CommandFiles {
  readonly yaml: string;
  readonly script: Uint8Array;
  readonly scriptExtension: ScriptExtension;
}

/** What the name of a script ends in. */
export const SCRIPT_EXTENSIONS = {
  SHELL: '.sh',
  PYTHON: '.py',
  POWERSHELL: '.ps1',
  BAT: '.bat',
} as const satisfies Record<CommandType, string>;
export type ScriptExtension = (typeof SCRIPT_EXTENSIONS)[CommandType];

/** A command as files: keys in a fixed order, those with their default left out, so that Git shows what was changed and nothing else. */
export function commandToFiles(command: CommandInFiles): CommandFiles {
  const { type, content, defaultParameters } = command;
  const parameters = command.parameters.map((given) => ({
    name: given.name,
    default: given.value,
    ...unless(given, 'description', ''),
  }));
  const fields = {
    name: command.name,
    type,
    ...unless(command, 'description', ''),
    ...unless(command, 'workingDirectory', defaultWorkingDirectory(type)),
    ...unless(command, 'timeout', TIMEOUT_DEFAULT_SECONDS),
    ...unless(command, 'username', defaultUsername(type)),
    ...unless(command, 'enableParameter', false),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(defaultParameters ? { defaultParameters: parseParameters('DefaultParameters', defaultParameters) } : {}),
    ...unless(command, 'outputCosBucketUrl', ''),
    ...unless(command, 'outputCosKeyPrefix', ''),
    ...(command.tags.length > 0 ? { tags: new Map(command.tags.map(({ key, value }) => [key, value])) } : {}),
  };
  // folded lines would turn a change of one word into a change of a paragraph
  const yaml = new Document(fields, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
  return { yaml, script: content, scriptExtension: SCRIPT_EXTENSIONS[type] };
}

/**
 * The command that two files say; absent keys have their defaults. Every rule of CreateCommand holds. Refusals name the key of the file:
 * InvalidParameterValue for what is no YAML, a key that no command has and a value of the wrong kind; MissingParameter; and those of
 * each field.
 */
export function commandFromFiles(yaml: string, script: Uint8Array): CommandInFiles {
  const file = FileFields.parse(yaml);
  const parameters = file.list('parameters').map((parameter): ParameterConf => {
    const conf = {
      name: parameter.required('name'),
      value: parameter.required('default'),
      description: parameter.text('description') ?? '',
    };
    parameter.end();
    return conf;
  });
  const description = file.checked('description', () => checkDescription(file.text('description') ?? ''));
  const command = { ...filed(file, script, parameters), description, parameters };
  file.end();
  return command;
}

/** A command of the public library: as `commandFromFiles`, with the keys that only it has and its texts in both languages. */
export function publicCommandFromFiles(yaml: string, script: Uint8Array): PublicCommandInFiles {
  const file = FileFields.parse(yaml);
  const parameters = file.list('parameters').map((parameter): PublicParameter => {
    const known = {
      name: parameter.required('name'),
      default: parameter.text('default'),
      description: parameter.bilingual('description'),
    };
    parameter.end();
    return known;
  });
  const description = file.bilingual('description');
  for (const language of ['en', 'zh'] as const) {
    file.checked(`description.${language}`, () => checkDescription(description[language]));
  }
  const command = {
    ...filed(file, script, confsOf(parameters)),
    commandId: file.checked('commandId', () => checkCommandId(file.required('commandId'))),
    displayName: file.bilingual('displayName'),
    description,
    parameters,
  };
  file.end();
  return command;
}

/** Public parameters as DefaultParameterConfs: those without a default too, so that they are checked as parameters are. */
function confsOf(parameters: readonly PublicParameter[]): ParameterConf[] {
  return parameters.map(({ name, default: value = '', description }) => ({ name, value, description: description.en }));
}

/** What both kinds of file have. */
function filed(file: FileFields, script: Uint8Array, parameters: readonly ParameterConf[]): Filed {
  const type = file.checked('type', () => checkCommandType(file.text('type')));
  checkContent(script);
  return {
    name: file.checked('name', () => checkCommandName(file.required('name'))),
    type,
    workingDirectory: file.checked('workingDirectory', () =>
      checkWorkingDirectory(file.text('workingDirectory'), type),
    ),
    timeout: file.checked('timeout', () => checkTimeout(file.number('timeout'))),
    username: file.checked('username', () => checkUsername(file.text('username'), type)),
    ...filedDefaults(file, parameters),
    outputCosBucketUrl: file.checked('outputCosBucketUrl', () =>
      checkOutputCosBucketUrl(file.text('outputCosBucketUrl')),
    ),
    outputCosKeyPrefix: file.checked('outputCosKeyPrefix', () =>
      checkOutputCosKeyPrefix(file.text('outputCosKeyPrefix')),
    ),
    tags: file.checked('tags', () => checkTags(file.texts('tags'), RESOURCE_TAGS_MAX)),
    content: script,
  };
}

function filedDefaults(
  file: FileFields,
  parameters: readonly ParameterConf[],
): Pick<Filed, 'enableParameter' | 'defaultParameters'> {
  const enableParameter = file.boolean('enableParameter') ?? false;
  const defaults = file.texts('defaultParameters').map(({ key, value }) => [key, value] as const);
  const defaultParameters = defaults.length === 0 ? '' : parametersToJson(new Map(defaults));
  file.checked(defaultParameters ? 'defaultParameters' : 'parameters', () =>
    checkDefaults({ enableParameter, defaultParameters, defaultParameterConfs: parameters }),
  );
  return { enableParameter, defaultParameters };
}

/** One member of an object, left out when it is `fallback`. */
function unless<T, K extends keyof T>(from: T, key: K, fallback: T[K]): Partial<Pick<T, K>> {
  return from[key] === fallback ? {} : ({ [key]: from[key] } as Pick<T, K>);
}
