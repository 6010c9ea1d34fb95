import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { type GrantParts, grantCredential } from '../credentials/grant-credential.ts';
import { requireGiven } from '../domain/fields.ts';
import { requirePermanent } from '../domain/temporary-credential.ts';

/** The new token ends when the caller's own does: nobody stays signed in by going to and fro. */
export function switchAccount(parts: GrantParts): MethodImpl<typeof TokenService.method.switchAccount> {
  const { bearerTokens, clock } = parts;
  return async (request, context) => {
    const call = callOf(context);
    const accountUin = requireGiven('AccountUin', request.accountUin);
    const { credentials, expiredTime } = await grantCredential(
      parts,
      call,
      'sts:SwitchAccount',
      async (caller, { collaborators, principals }) => {
        requirePermanent(caller);
        const home = await collaborators.homeOf(caller.uin);
        if (accountUin !== home && !(await collaborators.find(accountUin, caller.uin))) {
          throw notFound('ResourceNotFound.NotFound', 'invitation of account', accountUin);
        }
        const now = clock.now();
        const { tokenId } = (await bearerTokens.verify(call.credential, now))!;
        const { endsAt } = (await principals.ofToken(tokenId))!;
        return { accountUin, seconds: Math.floor((endsAt - now) / 1_000) };
      },
    );
    return { token: credentials.token, expiredTime };
  };
}
