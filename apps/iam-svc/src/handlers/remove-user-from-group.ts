import type { MethodImpl } from '@connectrpc/connect';
import type { GroupService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { namedMemberships, requireEnds } from '../grants/memberships.ts';

/** Taking somebody out of a group who is not in it changes nothing. */
export function removeUserFromGroup({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof GroupService.method.removeUserFromGroup> {
  return async ({ info }, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const memberships = await namedMemberships(info, call);
    const now = clock.now();
    await write(call, async (writers) => {
      let changed = false;
      for (const membership of memberships) {
        await requireEnds(writers, accountUin, membership);
        changed = (await writers.groups.removeMember(membership.groupId, membership.uin)) || changed;
      }
      if (changed) await recordChange(writers, { accountUin, uin: by, action: 'cam:RemoveUserFromGroup', now });
    });
    return {};
  };
}
