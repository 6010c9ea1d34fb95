import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { leaveAccount } from '../accounts/leave-account.ts';
import type { IamContext } from '../context.ts';
import { recordChanges } from '../events.ts';
import { requireUser } from '../named/things.ts';
import { namedUser } from '../named/users.ts';

export function deleteUser({
  users: reader,
  write,
  clock,
}: Pick<IamContext, 'users' | 'write' | 'clock'>): MethodImpl<typeof IamService.method.deleteUser> {
  return async ({ name, force }, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const { uin } = await namedUser(name, { call, users: reader });
    await write(call, async (writers) => {
      const { users, keys, tokens, attachments, tags, collaborators } = writers;
      // two callers may have found it
      requireUser(await users.find(accountUin, uin), name);
      const { length } = await keys.list(uin);
      if (length > 0 && !force) {
        const message = `user \`${name}\` has ${length} access keys; delete them first, or set Force`;
        throw new Refusal('conflict', 'OperationDenied.HaveKeys', message);
      }
      const elsewhere = await tokens.endThoseOfUser(uin);
      for (const invitation of await collaborators.invitations(uin)) {
        await leaveAccount(writers, { accountUin: invitation.accountUin, uin });
        elsewhere.push(invitation.accountUin);
      }
      await attachments.detachAllOf({ accountUin, kind: 'user', id: uin });
      await tags.clear(accountUin, 'user', uin);
      await users.delete(uin);
      await recordChanges(writers, elsewhere, { accountUin, uin: by, action: 'cam:DeleteUser', now: clock.now() });
    });
    return {};
  };
}
