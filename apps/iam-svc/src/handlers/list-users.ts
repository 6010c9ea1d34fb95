import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toUser } from '../convert/people.ts';
import { checkPage, nameHolds, WHOLE_LIST } from '../domain/fields.ts';
import { visibleUsers } from '../named/users.ts';

export function listUsers({
  users,
  tags,
}: Pick<IamContext, 'users' | 'tags'>): MethodImpl<typeof IamService.method.listUsers> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request, WHOLE_LIST);
    const call = callOf(context);
    const { accountUin } = call.caller;
    const named = (await users.list(accountUin)).filter(({ name }) => nameHolds(name, request.keyword));
    const visible = await visibleUsers(named, call);
    const tagsOf = await tags.ofAll(accountUin, 'user');
    return {
      data: visible.slice(offset, offset + limit).map((user) => toUser(user, tagsOf.get(user.uin))),
      totalNum: visible.length,
    };
  };
}
