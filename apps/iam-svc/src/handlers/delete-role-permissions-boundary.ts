import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeRole } from '../change-role.ts';
import type { IamContext } from '../context.ts';

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
