import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toRole } from '../convert/roles.ts';
import { namedRole } from '../named/roles.ts';

export function getRole({
  roles,
  tags,
}: Pick<IamContext, 'roles' | 'tags'>): MethodImpl<typeof RoleService.method.getRole> {
  return async (request, context) => {
    const role = await namedRole(request, { call: callOf(context), roles });
    return { roleInfo: toRole(role, await tags.of(role.accountUin, 'role', role.roleId)) };
  };
}
