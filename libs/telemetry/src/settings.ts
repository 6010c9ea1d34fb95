import { z } from 'zod';

// few values are ever read: making code for that at run time costs more memory than it saves time
z.config({ jitless: true });

/** One setting of a process: the environment variable it is read from, how it is parsed, and its line in `docs/config.md`. */
export interface Setting<T = unknown> {
  readonly env: string;
  readonly schema: z.ZodType<T>;
  readonly help: string;
  /** How the default reads in the documentation; absent for a required setting. */
  readonly fallback?: string;
}

/** Declares a setting. A schema without a default makes it required. */
export function setting<T>(env: string, schema: z.ZodType<T>, help: string): Setting<T> {
  const unset = schema.safeParse(undefined);
  const fallback = unset.success ? String(unset.data ?? '') : undefined;
  return { env, schema, help, ...(fallback === undefined ? {} : { fallback }) };
}

/** The settings of a process, declared once in its `config.ts`; `docs/config.md` is generated from them. */
export type Settings = Record<string, Setting>;

/** What `readSettings` gives for a declaration. */
export type Values<S extends Settings> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Settings that are missing or wrong. Its message is for people and lists all of them, so that nobody mends them one by one. */
export class WrongSettings extends Error {
  override readonly name = 'WrongSettings';

  constructor(faults: readonly string[]) {
    super(`these settings are missing or wrong:\n  ${faults.join('\n  ')}`);
  }
}

/** Reads every setting from `environment`; throws `WrongSettings`. */
export function readSettings<S extends Settings>(settings: S, environment: NodeJS.ProcessEnv): Values<S> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, { env, schema, help }] of Object.entries(settings)) {
    const given = environment[env] || undefined;
    const parsed = schema.safeParse(given);
    if (parsed.success) values[key] = parsed.data;
    else faults.push(`${env} (${help}): ${given === undefined ? 'is missing' : inWords(parsed.error)}`);
  }
  if (faults.length > 0) throw new WrongSettings(faults);
  return values as Values<S>;
}

/** What a process reads its settings with when it starts: where they are wrong it says so on standard error and ends, with exit code 1. */
export function settingsOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WrongSettings)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function inWords({ issues }: z.ZodError): string {
  return issues.map(({ message }) => message).join('; ');
}

/** A whole number from text, within bounds. */
export function integer(bounds: { min: number; max: number; fallback?: number }): z.ZodType<number> {
  const wrong = `must be a whole number from ${bounds.min} to ${bounds.max}`;
  const base = z.coerce.number(wrong).int(wrong).min(bounds.min, wrong).max(bounds.max, wrong);
  // coercion would read a missing value as NaN or 0, so the default has to come first
  return z.preprocess((given) => given ?? bounds.fallback, base) as unknown as z.ZodType<number>;
}

/** Text, with a default or required. */
export function text(fallback?: string): z.ZodType<string> {
  return fallback === undefined ? z.string() : z.string().default(fallback);
}

/** Yes or no: `true` or `false`, `false` when unset. */
export function flag(): z.ZodType<boolean> {
  return z
    .enum(['true', 'false'])
    .default('false')
    .transform((given) => given === 'true') as unknown as z.ZodType<boolean>;
}

/** The least level that is logged. */
export function logLevel(): z.ZodType<string> {
  return z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info');
}

const ADDRESS = /^(\[[0-9a-fA-F:]+\]|[^:]+):\d{1,5}$/;

/** An address to listen on, `host:port`; port 0 takes a free one. */
export function listenAddress(fallback: string): z.ZodType<string> {
  return z.string().regex(ADDRESS, 'must be host:port').default(fallback);
}

/** The same for a listener that there need not be: empty for none. */
export function optionalListenAddress(): z.ZodType<string> {
  return z.string().regex(ADDRESS, 'must be host:port').or(z.literal('')).default('');
}

/** Whole numbers for names, as text: `RunCommand=5,DescribeRegions=60`. */
export function numbersByName(fallback: string): z.ZodType<string> {
  return z
    .string()
    .regex(/^(\w+=\d{1,6}(,\w+=\d{1,6})*)?$/, 'must be name=number,name=number')
    .default(fallback);
}

/** Origins of pages, as text: none, or `https://ops.example,http://localhost:5173`. */
export function origins(): z.ZodType<string> {
  return z
    .string()
    .regex(/^(https?:\/\/[^\s,/?#@]+(,https?:\/\/[^\s,/?#@]+)*)?$/, 'must be scheme://host:port,scheme://host:port')
    .default('');
}
