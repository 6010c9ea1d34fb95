import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';

export function logout({
  commit,
  bearerTokens,
  clock,
}: Pick<IamContext, 'commit' | 'bearerTokens' | 'clock'>): MethodImpl<typeof TokenService.method.logout> {
  return async (_request, context) => {
    // a service's token is not in the store and ends within a minute by itself
    const claims = await bearerTokens.verify(callOf(context).credential, clock.now());
    if (claims) await commit(({ tokens }) => tokens.end(claims.tokenId));
    return {};
  };
}
