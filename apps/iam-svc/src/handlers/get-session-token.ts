import type { MethodImpl } from '@connectrpc/connect';
import type { TokenService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { callingUser, type GrantParts, grantCredential } from '../credentials/grant-credential.ts';
import { proveMfa } from '../credentials/mfa.ts';
import { displayName } from '../domain/identity.ts';
import {
  checkDuration,
  checkSerialNumber,
  requirePermanent,
  SESSION_TOKEN_DURATION,
} from '../domain/temporary-credential.ts';

const ACTION = 'sts:GetSessionToken';

/** A collaborator's authenticator belongs to its own account: it proves the code there, and then switches. */
export function getSessionToken(
  parts: GrantParts & Pick<IamContext, 'commit' | 'vault'>,
): MethodImpl<typeof TokenService.method.getSessionToken> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const seconds = checkDuration(request.durationSeconds, SESSION_TOKEN_DURATION);
    const caller = await callingUser(parts.decider, call);
    requirePermanent(caller);
    checkSerialNumber(request.serialNumber, accountUin);
    try {
      await proveMfa(parts, caller, request.tokenCode);
    } catch (error) {
      const { type, uin } = caller;
      const principal = { type, uin, name: displayName(caller) };
      await parts.audit.record({ call, accountUin, principal, action: ACTION, allowed: false });
      throw error;
    }
    return grantCredential(parts, call, ACTION, () => ({ accountUin, mfa: true, seconds }));
  };
}
