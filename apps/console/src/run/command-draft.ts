import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Command, CreateCommandRequestSchema, ModifyCommandRequestSchema } from '@muster/contract';
import { type Language, languageOf, typeOf } from '../ui/languages.ts';
import { placeholders, readParameters } from './parameters.ts';

/** A command as it is being written. */
export interface CommandDraft {
  readonly name: string;
  readonly description: string;
  readonly content: string;
  readonly language: Language;
  readonly username: string;
  readonly directory: string;
  /** As typed; empty for the default. */
  readonly timeout: string;
  readonly withParameters: boolean;
  readonly defaults: Readonly<Record<string, string>>;
  readonly descriptions: Readonly<Record<string, string>>;
}

export function commandDraft(command: Command | undefined): CommandDraft {
  return {
    name: command?.commandName ?? '',
    description: command?.description ?? '',
    content: command ? new TextDecoder().decode(command.content) : '',
    language: command ? languageOf(command.commandType) : 'SHELL',
    username: command?.username ?? '',
    directory: command?.workingDirectory ?? '',
    timeout: command ? String(command.timeout) : '',
    withParameters: command?.enableParameter ?? false,
    defaults: Object.fromEntries(readParameters(command?.defaultParameters ?? '')),
    descriptions: Object.fromEntries(
      (command?.defaultParameterConfs ?? []).map((conf) => [conf.parameterName, conf.parameterDescription]),
    ),
  };
}

/** Fields that both requests share. */
function common(draft: CommandDraft) {
  return {
    commandName: draft.name,
    description: draft.description,
    content: new TextEncoder().encode(draft.content),
    commandType: typeOf(draft.language),
    ...(draft.timeout ? { timeout: Number(draft.timeout) } : {}),
  };
}

export function createRequest(draft: CommandDraft): MessageInitShape<typeof CreateCommandRequestSchema> {
  return {
    ...common(draft),
    username: draft.username,
    workingDirectory: draft.directory,
    enableParameter: draft.withParameters,
    defaultParameterConfs: draft.withParameters ? confs(draft) : [],
  };
}

/** An empty field keeps what the command has: the service has no default to go back to. */
export function modifyRequest(
  commandId: string,
  draft: CommandDraft,
): MessageInitShape<typeof ModifyCommandRequestSchema> {
  const given = draft.withParameters ? confs(draft) : [];
  return {
    ...common(draft),
    commandId,
    ...(draft.username ? { username: draft.username } : {}),
    ...(draft.directory ? { workingDirectory: draft.directory } : {}),
    // an empty list cannot say "no defaults any more", an empty object can
    ...(draft.withParameters && given.length === 0 ? { defaultParameters: '{}' } : {}),
    defaultParameterConfs: given,
  };
}

/** A parameter without a default stays out: it then has to be given at every run. */
function confs({ content, defaults, descriptions }: CommandDraft) {
  return placeholders(content)
    .filter((key) => defaults[key])
    .map((key) => ({
      parameterName: key,
      parameterValue: defaults[key]!,
      parameterDescription: descriptions[key] ?? '',
    }));
}
