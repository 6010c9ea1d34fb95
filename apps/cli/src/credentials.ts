import { timestampMs } from '@bufbuild/protobuf/wkt';
import { signExchange } from '@muster/rpc/client';
import type { Context } from './contexts.ts';
import { type Credentials, openPublic } from './session.ts';
import { Stop } from './stop.ts';
import { type CachedToken, type TokenCache, tokenOwner } from './token-cache.ts';

/** Whose token it is in the token file. */
export function ownerOf({ url, secretId, user }: Context): string {
  return tokenOwner(url, secretId ?? user ?? '');
}

/** The credentials that a context holds. A key is exchanged for a token when the last one has ended. */
export function contextCredentials(name: string, context: Context, cache: TokenCache): Credentials {
  const { secretId, secretKey, token } = context;
  if (token !== undefined) {
    return { token: async () => ({ token, expires: Number.POSITIVE_INFINITY }), renew: async () => false };
  }
  const owner = ownerOf(context);
  let current: Promise<CachedToken> | undefined;
  const obtain = async (): Promise<CachedToken> => {
    const cached = await cache.get(owner, Date.now());
    if (cached) return cached;
    if (secretId === undefined || secretKey === undefined) throw notLoggedIn(name, context);
    const answer = await openPublic(context).exchangeAccessKey(signExchange({ secretId, secretKey }, Date.now()));
    const expires = answer.expiredTime ? timestampMs(answer.expiredTime) : 0;
    const obtained = { token: answer.token, expires };
    await cache.put(owner, obtained, Date.now());
    return obtained;
  };
  return {
    token() {
      current ??= obtain().catch((error: unknown) => {
        current = undefined;
        throw error;
      });
      return current;
    },
    async renew() {
      current = undefined;
      await cache.delete(owner);
      return secretKey !== undefined;
    },
  };
}

function notLoggedIn(name: string, { url, user }: Context): Stop {
  const who = user === undefined ? '--secret-id ID' : `--user ${user}`;
  const message = user === undefined ? `not logged in to ${url}` : `the login of ${user} at ${url} has ended`;
  return new Stop(message, { hint: `type \`muster login --url ${url} ${who} --context ${name}\`` });
}
