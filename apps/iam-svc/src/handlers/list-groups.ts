import type { MethodImpl } from '@connectrpc/connect';
import { type GroupService, ResourceType } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage, nameHolds } from '../domain/fields.ts';
import { groupAnswers } from '../grants/group-answers.ts';
import { visible } from '../named/visible.ts';

export function listGroups({
  groups,
  tags,
}: Pick<IamContext, 'groups' | 'tags'>): MethodImpl<typeof GroupService.method.listGroups> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request);
    const call = callOf(context);
    const { accountUin } = call.caller;
    const asked = (await groups.list(accountUin)).filter(({ groupName }) => nameHolds(groupName, request.keyword));
    const shown = await visible(asked, call, {
      type: ResourceType.GROUP,
      idOf: ({ groupId }) => String(groupId),
      tags: await tags.ofAll(accountUin, 'group'),
    });
    return {
      totalNum: shown.length,
      groupInfo: await groupAnswers(shown.slice(offset, offset + limit), accountUin, tags),
    };
  };
}
