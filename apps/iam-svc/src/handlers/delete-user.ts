import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { namedUser, requireUser } from '../named-things.ts';

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
      const { users, keys, attachments } = writers;
      // two callers may have found it
      requireUser(await users.find(accountUin, uin), name);
      const { length } = await keys.list(uin);
      if (length > 0 && !force) {
        const message = `user \`${name}\` has ${length} access keys; delete them first, or set Force`;
        throw new Refusal('conflict', 'OperationDenied.HaveKeys', message);
      }
      await attachments.detachAllOf({ accountUin, kind: 'user', id: uin });
      await users.delete(uin);
      await recordChange(writers, { accountUin, uin: by, action: 'cam:DeleteUser', now: clock.now() });
    });
    return {};
  };
}
