import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkSessionDuration } from '../domain/role.ts';
import { changeRole } from '../grants/change-role.ts';

/** Sessions that are open keep their end. */
export function updateRoleSessionDuration(
  parts: Pick<IamContext, 'roles' | 'write' | 'clock'>,
): MethodImpl<typeof RoleService.method.updateRoleSessionDuration> {
  return async (request, context) => {
    const sessionSeconds = checkSessionDuration(request.sessionDuration);
    await changeRole(parts, callOf(context), {
      naming: request,
      action: 'cam:UpdateRoleSessionDuration',
      change: () => ({ sessionSeconds }),
    });
    return {};
  };
}
