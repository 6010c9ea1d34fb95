import type { MethodImpl } from '@connectrpc/connect';
import type { DelegationService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';

export function endDelegation({
  write,
}: Pick<IamContext, 'write'>): MethodImpl<typeof DelegationService.method.endDelegation> {
  return async ({ delegationId }, context) => {
    await write(callOf(context), ({ delegations }) => delegations.end(delegationId));
    return {};
  };
}
