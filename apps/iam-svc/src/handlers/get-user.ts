import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toUser } from '../convert/people.ts';
import { namedUser } from '../named/users.ts';

export function getUser({
  users,
  tags,
}: Pick<IamContext, 'users' | 'tags'>): MethodImpl<typeof IamService.method.getUser> {
  return async ({ name }, context) => {
    const user = await namedUser(name, { call: callOf(context), users });
    return { user: toUser(user, await tags.of(user.accountUin, 'user', user.uin)) };
  };
}
