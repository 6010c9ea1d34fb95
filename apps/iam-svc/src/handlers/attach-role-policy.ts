import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { attachPolicy } from '../grants/attach-policy.ts';
import { namedPolicy } from '../named/policy.ts';
import { namedRole, requireRole } from '../named/roles.ts';

export function attachRolePolicy(
  parts: Pick<IamContext, 'roles' | 'policies' | 'write' | 'clock' | 'quotas'>,
): MethodImpl<typeof RoleService.method.attachRolePolicy> {
  const { roles, policies } = parts;
  return async (request, context) => {
    const call = callOf(context);
    const policy = await namedPolicy(request, { accountUin: call.caller.accountUin, policies });
    const naming = { roleId: request.attachRoleId, roleName: request.attachRoleName };
    const { roleId } = await namedRole(naming, { call, roles, beside: [policy.subject] });
    await attachPolicy(parts, call, {
      policyId: policy.require().policyId,
      target: { kind: 'role', id: roleId },
      quota: 'policiesOfRole',
      action: 'cam:AttachRolePolicy',
      requireTarget: async (writers, accountUin) => requireRole(await writers.roles.find(accountUin, roleId), roleId),
    });
    return {};
  };
}
