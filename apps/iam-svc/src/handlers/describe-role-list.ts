import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toRole } from '../convert/roles.ts';
import { checkPage } from '../domain/fields.ts';
import { roleSubject } from '../named/roles.ts';

export function describeRoleList({
  roles,
  tags,
}: Pick<IamContext, 'roles' | 'tags'>): MethodImpl<typeof RoleService.method.describeRoleList> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request);
    const call = callOf(context);
    const { accountUin } = call.caller;
    const keyword = request.keyword.toLowerCase();
    const found = (await roles.list(accountUin)).filter(({ name }) => name.toLowerCase().includes(keyword));
    const allowed = await call.allowed(found.map(({ roleId }) => roleSubject(roleId)));
    const visible = found.filter((_, i) => allowed[i]);
    const page = visible.slice(offset, offset + limit);
    const tagged = await tags.ofSome(
      accountUin,
      'role',
      page.map(({ roleId }) => roleId),
    );
    return { totalNum: visible.length, list: page.map((role) => toRole(role, tagged.get(role.roleId))) };
  };
}
