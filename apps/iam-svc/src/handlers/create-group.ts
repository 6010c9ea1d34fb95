import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkGroupName, checkRemark } from '../domain/fields.ts';
import { requireRoom } from '../domain/quotas.ts';
import { checkNewTags, requireTagRoom } from '../domain/tags.ts';
import { recordChange } from '../events.ts';
import { requireGroupNameFree } from '../named/things.ts';

export function createGroup({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof GroupService.method.createGroup> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const groupName = checkGroupName(request.groupName);
    const remark = checkRemark(request.remark);
    const newTags = checkNewTags(request.tags);
    requireTagRoom(quotas, {}, newTags);
    const now = clock.now();
    return write(call, async (writers) => {
      const { accounts, groups, tags } = writers;
      await requireGroupNameFree(groups, accountUin, groupName);
      requireRoom(quotas, 'groupsInAccount', await groups.count(accountUin));
      const groupId = await accounts.nextNumber('group');
      await groups.insert({ groupId, accountUin, groupName, remark, createdAt: now });
      await tags.set(accountUin, 'group', String(groupId), newTags);
      await recordChange(writers, { accountUin, uin, action: 'cam:CreateGroup', now });
      return { groupId: String(groupId) };
    });
  };
}
