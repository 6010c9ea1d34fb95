import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toMember } from '../convert/grants.ts';
import { checkPage } from '../domain/fields.ts';
import { groupNumber, requireGroup } from '../named/things.ts';

export function listUsersForGroup({
  groups,
  grantees,
}: Pick<IamContext, 'groups' | 'grantees'>): MethodImpl<typeof GroupService.method.listUsersForGroup> {
  return async (request, context) => {
    const groupId = groupNumber(request.groupId);
    const page = checkPage(request);
    const { accountUin } = callOf(context).caller;
    const { userCount } = requireGroup(await groups.find(accountUin, groupId), groupId);
    return { totalNum: userCount, userInfo: (await grantees.membersOf(accountUin, groupId, page)).map(toMember) };
  };
}
