import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage, requireGiven } from '../domain/fields.ts';
import { groupAnswers } from '../grants/group-answers.ts';
import { requireGrantee } from '../named/things.ts';

export function listGroupsForUser({
  groups,
  grantees,
  tags,
}: Pick<IamContext, 'groups' | 'grantees' | 'tags'>): MethodImpl<typeof GroupService.method.listGroupsForUser> {
  return async (request, context) => {
    const uin = requireGiven('Uin', request.uin);
    const { offset, limit } = checkPage(request);
    const { accountUin } = callOf(context).caller;
    requireGrantee(await grantees.find(accountUin, uin), uin);
    const all = await groups.groupsOf(accountUin, uin);
    return {
      totalNum: all.length,
      groupInfo: await groupAnswers(all.slice(offset, offset + limit), accountUin, tags),
    };
  };
}
