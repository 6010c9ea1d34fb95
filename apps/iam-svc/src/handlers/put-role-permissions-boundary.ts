import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { changeRole } from '../grants/change-role.ts';
import { namedPolicy } from '../named/policy.ts';
import { requirePolicy } from '../named/things.ts';

export function putRolePermissionsBoundary(
  parts: Pick<IamContext, 'roles' | 'policies' | 'write' | 'clock'>,
): MethodImpl<typeof RoleService.method.putRolePermissionsBoundary> {
  return async (request, context) => {
    const call = callOf(context);
    const policy = await namedPolicy(request, { accountUin: call.caller.accountUin, policies: parts.policies });
    await changeRole(parts, call, {
      naming: request,
      beside: [policy.subject],
      action: 'cam:PutRolePermissionsBoundary',
      change: async ({ policies }, { accountUin }) => {
        const { policyId } = policy.require();
        // it may have been deleted since it was found
        requirePolicy(await policies.find(accountUin, policyId), policyId);
        return { boundaryPolicyId: policyId };
      },
    });
    return {};
  };
}
