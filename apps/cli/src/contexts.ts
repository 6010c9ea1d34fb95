import { readPrivateJson, writePrivateJson } from './private-file.ts';
import { nothingMatched, Stop } from './stop.ts';

/** One installation of Muster and who the user is there. Without a key and a token nobody is logged in. */
export interface Context {
  /** The gateway, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** File with the authority of the gateway's certificate, when that is no public one. */
  readonly ca?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
  /** A bearer token, used as it is. */
  readonly token?: string;
  /** Who logged in with a password; the token is in the token file. */
  readonly user?: string;
}

/** The config file: contexts by name and the one in use. */
export interface Contexts {
  readonly current: string | undefined;
  readonly contexts: ReadonlyMap<string, Context>;
}

/** Reads the config file; an absent one holds nothing. */
export async function readContexts(file: string): Promise<Contexts> {
  const content = (await readPrivateJson(file)) ?? {};
  const contexts = new Map<string, Context>();
  for (const [name, value] of Object.entries((content.contexts ?? {}) as Record<string, unknown>)) {
    contexts.set(name, checked(file, name, value));
  }
  return { current: typeof content.current === 'string' ? content.current : undefined, contexts };
}

/** Replaces the config file. */
export async function writeContexts(file: string, { current, contexts }: Contexts): Promise<void> {
  await writePrivateJson(file, {
    ...(current === undefined ? {} : { current }),
    contexts: Object.fromEntries(contexts),
  });
}

/** The context by name, or the one in use when no name is given. */
export function pickContext({ current, contexts }: Contexts, name: string | undefined): [string, Context] {
  const wanted = name ?? current;
  if (wanted === undefined) {
    throw new Stop('not logged in', { hint: 'type `muster login --url http://HOST:PORT --secret-id ID`' });
  }
  const context = contexts.get(wanted);
  if (!context) throw unknownContext(wanted, contexts);
  return [wanted, context];
}

/** The refusal of a context that does not exist; it names those that do. */
export function unknownContext(name: string, contexts: ReadonlyMap<string, Context>): Stop {
  const names = [...contexts.keys()].map((each) => `\`${each}\``).join(', ');
  return nothingMatched(`no context \`${name}\``, names === '' ? 'make one with `muster login`' : `there is ${names}`);
}

function checked(file: string, name: string, value: unknown): Context {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  for (const key of ['ca', 'secretId', 'secretKey', 'token', 'user']) {
    if (given[key] !== undefined && typeof given[key] !== 'string') {
      throw new Stop(`${file}: context \`${name}\`: ${key} must be text`);
    }
  }
  if (typeof given.url !== 'string' || !URL.canParse(given.url)) {
    throw new Stop(`${file}: context \`${name}\` needs a url such as http://127.0.0.1:8080`);
  }
  return given as unknown as Context;
}
