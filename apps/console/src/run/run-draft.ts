import type { AutomationAgentInfo, Invocation } from '@muster/contract';
import { defaultsOf, type Language, languageOf } from '../ui/languages.ts';
import { instanceKind } from './instance-kind.ts';
import { hiddenKeys, placeholders, readParameters } from './parameters.ts';

/** What is about to run, as far as it has been filled in. */
export interface RunDraft {
  readonly content: string;
  readonly language: Language;
  readonly username: string;
  readonly directory: string;
  /** As typed; empty for the default. */
  readonly timeout: string;
  readonly withParameters: boolean;
  readonly values: Readonly<Record<string, string>>;
  /** Kept in the library under this name when it is not empty. */
  readonly saveAs: string;
}

export const EMPTY_DRAFT: RunDraft = {
  content: '',
  language: 'SHELL',
  username: '',
  directory: '',
  timeout: '',
  withParameters: false,
  values: {},
  saveAs: '',
};

/** The service's limits: machines of one run, and characters of the script in Base64. */
export const MOST_MACHINES = 200;
const MOST_CONTENT = 65_536;

/** The draft that does again what a run did. Values of hidden parameters are not in the record and have to be typed again. */
export function draftOf(run: Invocation): RunDraft {
  const content = new TextDecoder().decode(run.commandContent);
  const language = languageOf(run.commandType);
  const values = new Map([...readParameters(run.defaultParameters), ...readParameters(run.parameters)]);
  const withParameters = values.size > 0;
  for (const key of hiddenKeys(content)) values.delete(key);
  // a stored command has defaults of its own, so everything is said
  const usual = run.commandVersion > 0 ? undefined : { ...defaultsOf(language), timeout: 60 };
  return {
    ...EMPTY_DRAFT,
    content,
    language,
    username: run.username === usual?.user ? '' : run.username,
    directory: run.workingDirectory === usual?.directory ? '' : run.workingDirectory,
    timeout: run.timeout === usual?.timeout ? '' : String(run.timeout),
    withParameters,
    values: Object.fromEntries(values),
  };
}

/** Why a draft cannot run yet, in words; undefined when it can. */
export function obstacle(draft: RunDraft, machines: readonly string[], keys: readonly string[]): string | undefined {
  if (machines.length === 0) return 'Choose at least one instance';
  if (machines.length > MOST_MACHINES) return `A run takes at most ${MOST_MACHINES} instances`;
  const kinds = new Set(machines.map(instanceKind));
  if (kinds.size > 1) return `A run takes instances of one kind; these are ${[...kinds].join(' and ')}`;
  if (draft.content.trim() === '') return 'Write a script';
  const size = Math.ceil(new TextEncoder().encode(draft.content).length / 3) * 4;
  if (size > MOST_CONTENT) return `The script is too long: ${size} characters in Base64, at most ${MOST_CONTENT}`;
  const missing = keys.find((key) => draft.values[key] === undefined || draft.values[key] === '');
  if (missing !== undefined) return `Give the parameter ${missing} a value`;
  return badTimeout(draft.timeout);
}

/** Seconds from 1 to a day, or nothing for the default. */
export function badTimeout(timeout: string): string | undefined {
  const seconds = Number(timeout);
  if (timeout === '' || (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400)) return undefined;
  return 'The timeout is 1 to 86400 seconds';
}

/** The keys whose values a draft needs. */
export function keysOf(draft: RunDraft): string[] {
  return draft.withParameters ? placeholders(draft.content) : [];
}

/** How many of the chosen machines cannot be reached now. */
export function offlineAmong(chosen: readonly string[], online: readonly AutomationAgentInfo[]): number {
  const reachable = new Set(online.map(({ instanceId }) => instanceId));
  return chosen.filter((id) => !reachable.has(id)).length;
}
