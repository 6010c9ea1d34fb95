import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkGroupName, checkRemark } from '../domain/fields.ts';
import { recordChange } from '../events.ts';
import { groupNumber, requireGroup, requireGroupNameFree } from '../named/things.ts';

export function updateGroup({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof GroupService.method.updateGroup> {
  return async (request, context) => {
    const groupId = groupNumber(request.groupId);
    if (request.groupName === undefined && request.remark === undefined) {
      throw invalid('MissingParameter', 'GroupName', 'or Remark must be given');
    }
    const changed = {
      ...(request.groupName === undefined ? {} : { groupName: checkGroupName(request.groupName) }),
      ...(request.remark === undefined ? {} : { remark: checkRemark(request.remark) }),
    };
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const now = clock.now();
    await write(call, async (writers) => {
      const { groups } = writers;
      const before = requireGroup(await groups.find(accountUin, groupId), groupId);
      const after = { ...before, ...changed };
      if (after.groupName !== before.groupName) await requireGroupNameFree(groups, accountUin, after.groupName);
      await groups.update(groupId, after);
      await recordChange(writers, { accountUin, uin, action: 'cam:UpdateGroup', now });
    });
    return {};
  };
}
