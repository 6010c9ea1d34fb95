import { createHash } from 'node:crypto';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** A bearer token and when it ends, in milliseconds since 1970. */
export interface CachedToken {
  readonly token: string;
  readonly expires: number;
}

/** Tokens between two starts of the CLI, one for each owner. */
export interface TokenCache {
  /** The token of this owner, unless it has ended or is about to. */
  get(owner: string, now: number): Promise<CachedToken | undefined>;
  put(owner: string, token: CachedToken, now: number): Promise<void>;
  delete(owner: string): Promise<void>;
}

/** A token is not used any more this long before its end, so that none ends on its way. */
const MARGIN_MS = 30_000;

/** Whose a token is. Changes with the gateway and the key, so that a changed context never gets the old token. */
export function tokenOwner(url: string, who: string): string {
  return createHash('sha256').update(`${url}\n${who}`).digest('hex').slice(0, 32);
}

/** Keeps tokens in one file, mode 0600. Tokens that have ended are dropped at the next change. */
export function tokenCache(file: string): TokenCache {
  const read = async () => (await readPrivateJson(file)) as Record<string, CachedToken> | undefined;
  return {
    async get(owner, now) {
      const found = (await read())?.[owner];
      return found && found.expires - MARGIN_MS > now ? found : undefined;
    },
    async put(owner, token, now) {
      const living = Object.entries((await read()) ?? {}).filter(([, { expires }]) => expires > now);
      await writePrivateJson(file, { ...Object.fromEntries(living), [owner]: token });
    },
    async delete(owner) {
      const tokens = await read();
      if (!tokens?.[owner]) return;
      const { [owner]: _, ...others } = tokens;
      await writePrivateJson(file, others);
    },
  };
}
