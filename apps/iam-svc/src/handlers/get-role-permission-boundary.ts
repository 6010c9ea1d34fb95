import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { policyAnswer } from '../grants/policy-answers.ts';
import { namedRole } from '../named/roles.ts';

export function getRolePermissionBoundary({
  roles,
  policies,
  ...parts
}: Pick<IamContext, 'roles' | 'policies' | 'attachments' | 'tags'>): MethodImpl<
  typeof RoleService.method.getRolePermissionBoundary
> {
  return async (request, context) => {
    const { accountUin, boundaryPolicyId } = await namedRole(request, { call: callOf(context), roles });
    if (boundaryPolicyId === undefined) return {};
    const policy = await policies.find(accountUin, boundaryPolicyId);
    return policy ? { policy: await policyAnswer(policy, accountUin, { ...parts, policies }) } : {};
  };
}
