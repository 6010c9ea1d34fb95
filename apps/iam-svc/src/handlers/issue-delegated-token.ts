import type { MethodImpl } from '@connectrpc/connect';
import type { DelegationService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { noLongerDelegated, recordDelegation } from '../credentials/delegate.ts';
import { mintToken } from '../credentials/mint.ts';

/** Long enough to decide one firing, and to be asked once more. */
const LIFETIME_MS = 60_000;

export function issueDelegatedToken({
  write,
  audit,
  bearerTokens,
  clock,
}: Pick<IamContext, 'write' | 'audit' | 'bearerTokens' | 'clock'>): MethodImpl<
  typeof DelegationService.method.issueDelegatedToken
> {
  return async ({ delegationId }, context) => {
    const call = callOf(context);
    const { token, identity, delegation } = await write(call, async ({ delegations, tokens, principals }) => {
      const delegation = await delegations.find(delegationId, clock.now());
      if (!delegation) throw noLongerDelegated();
      const { purpose: _, delegationId: __, expiresAt: ___, ...holder } = delegation;
      const order = { ...holder, lifetime: LIFETIME_MS };
      const { token, record } = await mintToken({ bearerTokens, clock }, order);
      await tokens.insert(record);
      const found = await principals.ofToken(record.tokenId);
      if (!found) throw noLongerDelegated();
      return { token, identity: found.identity, delegation };
    });
    const quiet = { requestId: call.requestId, peerAddress: '' };
    await recordDelegation(audit, 'muster:IssueDelegatedToken', { call: quiet, identity, delegation });
    return { token };
  };
}
