import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { type GrantParts, grantCredential } from '../credentials/grant-credential.ts';
import { requireGiven } from '../domain/fields.ts';
import {
  checkDuration,
  checkFederatedName,
  checkSessionPolicy,
  federationDuration,
  requirePermanent,
} from '../domain/temporary-credential.ts';

export function getFederationToken({
  quotas,
  ...parts
}: GrantParts & Pick<IamContext, 'quotas'>): MethodImpl<typeof TokenService.method.getFederationToken> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const sessionName = checkFederatedName(request.name);
    const policy = requireGiven('Policy', request.policy);
    const sessionPolicy = checkSessionPolicy(policy, { account: accountUin, quotas });
    return grantCredential(parts, call, 'sts:GetFederationToken', (caller) => {
      requirePermanent(caller);
      const seconds = checkDuration(request.durationSeconds, federationDuration(caller));
      return { accountUin, sessionName, sessionPolicy, seconds };
    });
  };
}
