import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { groupNumber, requireGroup } from '../named/things.ts';

export function deleteGroup({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof GroupService.method.deleteGroup> {
  return async (request, context) => {
    const groupId = groupNumber(request.groupId);
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const now = clock.now();
    await write(call, async (writers) => {
      const { groups, attachments, tags } = writers;
      requireGroup(await groups.find(accountUin, groupId), groupId);
      const id = String(groupId);
      await attachments.detachAllOf({ accountUin, kind: 'group', id });
      await tags.clear(accountUin, 'group', id);
      await groups.delete(groupId);
      await recordChange(writers, { accountUin, uin, action: 'cam:DeleteGroup', now });
    });
    return {};
  };
}
