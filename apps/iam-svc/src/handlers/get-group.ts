import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toGroup, toMember } from '../convert/grants.ts';
import { groupNumber, requireGroup } from '../named/things.ts';

export function getGroup({
  groups,
  grantees,
  tags,
}: Pick<IamContext, 'groups' | 'grantees' | 'tags'>): MethodImpl<typeof GroupService.method.getGroup> {
  return async (request, context) => {
    const groupId = groupNumber(request.groupId);
    const { accountUin } = callOf(context).caller;
    const group = requireGroup(await groups.find(accountUin, groupId), groupId);
    const members = await grantees.membersOf(accountUin, groupId);
    return {
      group: toGroup(group, await tags.of(accountUin, 'group', String(groupId))),
      userInfo: members.map(toMember),
    };
  };
}
