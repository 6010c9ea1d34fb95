import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { DelegationService } from '@muster/contract';
import { invalid, Refusal, randomText } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { fromCallContext } from '../convert/decision.ts';
import { recordDelegation } from '../credentials/delegate.ts';
import type { Delegation } from '../store/delegation-store.ts';

const PURPOSE_MAX_CHARACTERS = 200;

export function createDelegation({
  write,
  decider,
  audit,
  bearerTokens,
  clock,
}: Pick<IamContext, 'write' | 'decider' | 'audit' | 'bearerTokens' | 'clock'>): MethodImpl<
  typeof DelegationService.method.createDelegation
> {
  return async ({ context, purpose, asBrought, expiredTime }, handlerContext) => {
    const call = callOf(handlerContext);
    if (purpose.length < 1 || purpose.length > PURPOSE_MAX_CHARACTERS) {
      const limit = `must be 1 to ${PURPOSE_MAX_CHARACTERS} characters, was ${purpose.length}`;
      throw invalid('InvalidParameter', 'Purpose', limit);
    }
    const brought = fromCallContext(context, call.caller.name);
    const now = clock.now();
    const { identity, delegation } = await write(call, async (writers) => {
      const identity = await decider.identify(brought.credential, writers);
      if (identity.kind !== 'user') {
        const message = `\`${identity.name}\` is a service; nobody can act on its behalf`;
        throw new Refusal('denied', 'UnauthorizedOperation', message);
      }
      const { accountUin, sessionName, sessionPolicy } = identity;
      // of a role session the claims name whoever assumed the role
      const { uin } = (await bearerTokens.verify(brought.credential, now))!;
      // what acts for years cannot hang on a key that is replaced, nor on a code of today
      const proof = asBrought
        ? { accessKeyId: identity.accessKeyId, mfa: identity.mfa }
        : { accessKeyId: undefined, mfa: false };
      const delegation: Delegation = {
        ...proof,
        expiresAt: expiredTime && timestampMs(expiredTime),
        ...{ delegationId: randomText(32), uin, accountUin, sessionName, sessionPolicy, purpose },
        ...(identity.type === 'role' ? { roleId: identity.uin } : {}),
      };
      await writers.delegations.insert(delegation, now);
      return { identity, delegation };
    });
    await recordDelegation(audit, 'muster:CreateDelegation', { call: brought, identity, delegation });
    return { delegationId: delegation.delegationId };
  };
}
