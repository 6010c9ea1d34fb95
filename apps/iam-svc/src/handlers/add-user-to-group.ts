import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { namedMemberships, requireEnds } from '../grants/memberships.ts';

export function addUserToGroup({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof GroupService.method.addUserToGroup> {
  return async ({ info }, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const memberships = await namedMemberships(info, call);
    const now = clock.now();
    await write(call, async (writers) => {
      const { groups } = writers;
      let changed = false;
      for (const membership of memberships) {
        const { groupId, uin } = membership;
        // read anew each time: the memberships before this one count
        const { userCount } = await requireEnds(writers, accountUin, membership);
        const isIn = await groups.groupsOf(accountUin, uin);
        if (isIn.some((group) => group.groupId === groupId)) continue;
        requireRoom(quotas, 'usersOfGroup', userCount);
        requireRoom(quotas, 'groupsOfUser', isIn.length);
        await groups.addMember(groupId, uin, now);
        changed = true;
      }
      if (changed) await recordChange(writers, { accountUin, uin: by, action: 'cam:AddUserToGroup', now });
    });
    return {};
  };
}
