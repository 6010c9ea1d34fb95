import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkNewTags, requireTagRoom } from '../domain/tags.ts';
import { recordChange } from '../events.ts';
import { namedRole, requireRole } from '../named/roles.ts';

export function tagRole({
  roles: reader,
  write,
  clock,
  quotas,
}: Pick<IamContext, 'roles' | 'write' | 'clock' | 'quotas'>): MethodImpl<typeof RoleService.method.tagRole> {
  return async (request, context) => {
    const given = checkNewTags(request.tags);
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const { roleId } = await namedRole(request, { call, roles: reader });
    await write(call, async (writers) => {
      const { roles, tags } = writers;
      requireRole(await roles.find(accountUin, roleId), roleId);
      requireTagRoom(quotas, await tags.of(accountUin, 'role', roleId), given);
      await tags.set(accountUin, 'role', roleId, given);
      await recordChange(writers, { accountUin, uin, action: 'cam:TagRole', now: clock.now() });
    });
    return {};
  };
}
