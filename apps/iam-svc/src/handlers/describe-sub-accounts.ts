import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toUser } from '../convert/people.ts';

const MOST = 50;

/** A filter: an unknown uin finds nobody, and is no error. */
export function describeSubAccounts({
  users,
  tags,
}: Pick<IamContext, 'users' | 'tags'>): MethodImpl<typeof IamService.method.describeSubAccounts> {
  return async ({ filterSubAccountUin: uins }, context) => {
    if (uins.length < 1 || uins.length > MOST) {
      const what = `must be 1 to ${MOST}, were ${uins.length}`;
      throw invalid('InvalidParameterValue.LimitExceeded', 'FilterSubAccountUin', what);
    }
    const { accountUin } = callOf(context).caller;
    const all = new Map((await users.list(accountUin)).map((user) => [user.uin, user]));
    const found = [...new Set(uins)].flatMap((uin) => all.get(uin) ?? []);
    const tagsOf = await tags.ofSome(
      accountUin,
      'user',
      found.map(({ uin }) => uin),
    );
    return { subAccounts: found.map((user) => toUser(user, tagsOf.get(user.uin))) };
  };
}
