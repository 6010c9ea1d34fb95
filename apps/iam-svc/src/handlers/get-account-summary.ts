import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';

export function getAccountSummary({
  accounts,
  quotas,
}: Pick<IamContext, 'accounts' | 'quotas'>): MethodImpl<typeof AccountService.method.getAccountSummary> {
  return async (_request, context) => ({
    ...(await accounts.summary(callOf(context).caller.accountUin)),
    maxPolicies: quotas.policiesInAccount,
    maxRoles: quotas.rolesInAccount,
    maxUsers: quotas.usersInAccount,
    maxGroups: quotas.groupsInAccount,
  });
}
