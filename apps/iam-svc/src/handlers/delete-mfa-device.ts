import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { requireUser } from '../named/things.ts';
import { credentialOwner, requireLasting } from '../named/users.ts';

export function deleteMfaDevice({
  users: reader,
  write,
  clock,
  decider,
}: Pick<IamContext, 'users' | 'write' | 'decider' | 'clock'>): MethodImpl<typeof IamService.method.deleteMfaDevice> {
  return async ({ targetUin }, context) => {
    const call = callOf(context);
    const { accountUin, uin } = await credentialOwner(targetUin, { call, users: reader });
    await requireLasting(uin, { call, decider });
    await write(call, async (writers) => {
      const { users } = writers;
      const { mfa } = requireUser(await users.find(accountUin, uin), uin);
      if (!mfa) throw notFound('ResourceNotFound.NotFound', 'authenticator of user', uin);
      await users.removeMfa(uin);
      const by = call.caller.uin;
      await recordChange(writers, { accountUin, uin: by, action: 'cam:DeleteMfaDevice', now: clock.now() });
    });
    return {};
  };
}
