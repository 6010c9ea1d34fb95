import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { policyAnswer } from '../grants/policy-answers.ts';
import { requireGrantee } from '../named/things.ts';

export function getUserPermissionBoundary({
  grantees,
  policies,
  ...parts
}: Pick<IamContext, 'grantees' | 'policies' | 'attachments' | 'tags'>): MethodImpl<
  typeof PolicyService.method.getUserPermissionBoundary
> {
  return async (request, context) => {
    const uin = requireGiven('TargetUin', request.targetUin);
    const { accountUin } = callOf(context).caller;
    const { boundaryPolicyId } = requireGrantee(await grantees.find(accountUin, uin), uin);
    if (boundaryPolicyId === undefined) return {};
    const policy = await policies.find(accountUin, boundaryPolicyId);
    return policy ? { policy: await policyAnswer(policy, accountUin, { ...parts, policies }) } : {};
  };
}
