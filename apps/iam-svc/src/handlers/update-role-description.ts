import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPolicyDescription } from '../domain/fields.ts';
import { changeRole } from '../grants/change-role.ts';

export function updateRoleDescription(
  parts: Pick<IamContext, 'roles' | 'write' | 'clock'>,
): MethodImpl<typeof RoleService.method.updateRoleDescription> {
  return async (request, context) => {
    const description = checkPolicyDescription(request.description);
    await changeRole(parts, callOf(context), {
      naming: request,
      action: 'cam:UpdateRoleDescription',
      change: () => ({ description }),
    });
    return {};
  };
}
