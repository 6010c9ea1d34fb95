import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { changeRole } from '../grants/change-role.ts';

export function deleteRolePermissionsBoundary(
  parts: Pick<IamContext, 'roles' | 'write' | 'clock'>,
): MethodImpl<typeof RoleService.method.deleteRolePermissionsBoundary> {
  return async (request, context) => {
    await changeRole(parts, callOf(context), {
      naming: request,
      action: 'cam:DeleteRolePermissionsBoundary',
      change: () => ({ boundaryPolicyId: undefined }),
    });
    return {};
  };
}
