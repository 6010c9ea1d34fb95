import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Language } from './domain/formatted-description.ts';

/** What the environment says. Nothing else of the CLI reads it. */
export interface Config {
  /** Where contexts are kept. */
  readonly configFile: string;
  /** Where tokens are kept until they end: beside the contexts. */
  readonly tokenFile: string;
  /** Where compiled code is kept, so that the next start is faster. */
  readonly cacheDirectory: string;
  /** The context to use when no `--context` says otherwise. */
  readonly context: string | undefined;
  /** False when the user wants no colour anywhere. */
  readonly color: boolean;
  /** Whether faults are shown with their stack. */
  readonly debug: boolean;
  /** The user's editor, as a command line. */
  readonly editor: string;
  /** In which language texts are shown that the public library has in both. */
  readonly language: Language;
}

/** The environment variables of the CLI, as `docs/cli.md` lists them. */
export const ENVIRONMENT = {
  MUSTER_CONFIG: 'file with contexts; ~/.config/muster/config.json by default',
  MUSTER_CONTEXT: 'the context to use; --context wins',
  MUSTER_DEBUG: 'any value: faults are shown with their stack',
  NO_COLOR: 'any value: no colour',
  VISUAL: 'the editor of `muster command edit`; else EDITOR; else vi',
  EDITOR: 'see VISUAL',
  LC_ALL: 'Chinese texts of the public library when it begins with zh',
  LC_MESSAGES: 'the same, when LC_ALL is not set',
  LANG: 'the same, when neither is set',
  XDG_CONFIG_HOME: 'stands for ~/.config',
  XDG_CACHE_HOME: 'stands for ~/.cache',
} as const;

/** Reads the environment. Empty values count as absent. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = (name: keyof typeof ENVIRONMENT) => environment[name] || undefined;
  const configFile =
    given('MUSTER_CONFIG') ?? join(given('XDG_CONFIG_HOME') ?? join(homedir(), '.config'), 'muster', 'config.json');
  return {
    configFile,
    tokenFile: `${configFile.replace(/\.json$/, '')}.tokens.json`,
    cacheDirectory: join(given('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'muster'),
    context: given('MUSTER_CONTEXT'),
    color: given('NO_COLOR') === undefined,
    debug: given('MUSTER_DEBUG') !== undefined,
    language: (given('LC_ALL') ?? given('LC_MESSAGES') ?? given('LANG'))?.startsWith('zh') ? 'zh' : 'en',
    editor: given('VISUAL') ?? given('EDITOR') ?? 'vi',
  };
}
