import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { detachPolicy } from '../grants/attach-policy.ts';
import { namedPolicy } from '../named/policy.ts';
import { namedRole, requireRole } from '../named/roles.ts';

/** Detaching what is not attached changes nothing. */
export function detachRolePolicy(
  parts: Pick<IamContext, 'roles' | 'policies' | 'write' | 'clock'>,
): MethodImpl<typeof RoleService.method.detachRolePolicy> {
  const { roles, policies } = parts;
  return async (request, context) => {
    const call = callOf(context);
    const policy = await namedPolicy(request, { accountUin: call.caller.accountUin, policies });
    const naming = { roleId: request.detachRoleId, roleName: request.detachRoleName };
    const { roleId } = await namedRole(naming, { call, roles, beside: [policy.subject] });
    await detachPolicy(parts, call, {
      policyId: policy.require().policyId,
      target: { kind: 'role', id: roleId },
      action: 'cam:DetachRolePolicy',
      requireTarget: async (writers, accountUin) => requireRole(await writers.roles.find(accountUin, roleId), roleId),
    });
    return {};
  };
}
