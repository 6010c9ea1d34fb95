import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkTagKeys } from '../domain/tags.ts';
import { recordChange } from '../events.ts';
import { namedRole, requireRole } from '../named/roles.ts';

/** Taking away what is not there changes nothing. */
export function untagRole({
  roles: reader,
  write,
  clock,
}: Pick<IamContext, 'roles' | 'write' | 'clock'>): MethodImpl<typeof RoleService.method.untagRole> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const { roleId } = await namedRole(request, { call, roles: reader });
    await write(call, async (writers) => {
      const { roles, tags } = writers;
      requireRole(await roles.find(accountUin, roleId), roleId);
      await tags.unset(accountUin, 'role', roleId, keys);
      await recordChange(writers, { accountUin, uin, action: 'cam:UntagRole', now: clock.now() });
    });
    return {};
  };
}
