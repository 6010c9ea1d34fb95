import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { namedRole, requireRole } from '../named/roles.ts';

/** The sessions of the role end with it. */
export function deleteRole({
  roles: reader,
  write,
  clock,
}: Pick<IamContext, 'roles' | 'write' | 'clock'>): MethodImpl<typeof RoleService.method.deleteRole> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const { roleId } = await namedRole(request, { call, roles: reader });
    await write(call, async (writers) => {
      const { roles, attachments, tags } = writers;
      // two callers may have found it
      requireRole(await roles.find(accountUin, roleId), roleId);
      await attachments.detachAllOf({ accountUin, kind: 'role', id: roleId });
      await tags.clear(accountUin, 'role', roleId);
      await roles.delete(roleId);
      await recordChange(writers, { accountUin, uin, action: 'cam:DeleteRole', now: clock.now() });
    });
    return {};
  };
}
