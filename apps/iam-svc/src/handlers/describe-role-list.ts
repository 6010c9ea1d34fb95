import type { MethodImpl } from '@connectrpc/connect';
import type { RoleService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toRole } from '../convert/roles.ts';
import { checkPage, nameHolds } from '../domain/fields.ts';
import { checkTags } from '../domain/question.ts';
import { roleSubject } from '../named/roles.ts';

export function describeRoleList({
  roles,
  tags,
}: Pick<IamContext, 'roles' | 'tags'>): MethodImpl<typeof RoleService.method.describeRoleList> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request);
    const call = callOf(context);
    const { accountUin } = call.caller;
    const wanted = Object.entries(checkTags('Tags', request.tags));
    const tagsOf = await tags.ofAll(accountUin, 'role');
    const found = (await roles.list(accountUin)).filter(
      ({ name, roleId }) =>
        nameHolds(name, request.keyword) && wanted.every(([key, value]) => tagsOf.get(roleId)?.[key] === value),
    );
    const allowed = await call.allowed(found.map(({ roleId }) => roleSubject(roleId)));
    const visible = found.filter((_, i) => allowed[i]);
    const page = visible.slice(offset, offset + limit);
    return { totalNum: visible.length, list: page.map((role) => toRole(role, tagsOf.get(role.roleId))) };
  };
}
