import { type Command, CreatedBy, type Scene } from '@muster/contract';
import { type Language, type PublicText, readFormattedDescription } from './domain/formatted-description.ts';

/** A parameter with its default, for people. */
export interface LocalParameter {
  readonly name: string;
  /** Absent when whoever runs the command must give one. */
  readonly value: string | undefined;
  readonly description: string;
}

/** What a command says about itself, in the reader's language where it has more than one. */
export interface LocalText {
  readonly name: string;
  readonly description: string;
  readonly parameters: readonly LocalParameter[];
}

/** Whether a command belongs to the public library. */
export function isPublic({ createdBy }: Command): boolean {
  return createdBy === CreatedBy.TAT;
}

/** The texts of a command. */
export function localText(command: Command, language: Language): LocalText {
  const local = readFormattedDescription(command.formattedDescription, language);
  return {
    name: local.name || command.commandName,
    description: local.description || command.description,
    parameters: parametersOf(command, local),
  };
}

/** A scene's name. */
export function sceneName({ sceneName: en, sceneNameZh: zh }: Scene, language: Language): string {
  return language === 'zh' ? zh || en : en;
}

/** Those of the public texts first, for there are some without a default among them. */
function parametersOf(command: Command, local: PublicText): LocalParameter[] {
  const parameters = new Map<string, LocalParameter>();
  for (const [name, description] of local.parameters) parameters.set(name, { name, value: undefined, description });
  for (const { name, value, description } of defaultsOf(command)) {
    parameters.set(name, { name, value, description: parameters.get(name)?.description || description });
  }
  return [...parameters.values()];
}

function defaultsOf({ defaultParameterConfs, defaultParameters }: Command) {
  if (defaultParameterConfs.length > 0) {
    return defaultParameterConfs.map(({ parameterName, parameterValue, parameterDescription }) => ({
      name: parameterName,
      value: parameterValue,
      description: parameterDescription,
    }));
  }
  const defaults = JSON.parse(defaultParameters || '{}') as Record<string, string>;
  return Object.entries(defaults).map(([name, value]) => ({ name, value, description: '' }));
}
