import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { takeMfaCode } from '../credentials/mfa.ts';
import { recordChange } from '../events.ts';
import { requireUser } from '../named/things.ts';
import { credentialOwner, requireLasting } from '../named/users.ts';

export function enableMfaDevice({
  users: reader,
  write,
  vault,
  clock,
  decider,
}: Pick<IamContext, 'users' | 'write' | 'decider' | 'vault' | 'clock'>): MethodImpl<
  typeof IamService.method.enableMfaDevice
> {
  return async ({ targetUin, code }, context) => {
    const call = callOf(context);
    const { accountUin, uin } = await credentialOwner(targetUin, { call, users: reader });
    await requireLasting(uin, { call, decider });
    const now = clock.now();
    await write(call, async (writers) => {
      const { users } = writers;
      const user = requireUser(await users.find(accountUin, uin), uin);
      if (user.mfa?.enabled) {
        throw new Refusal('conflict', 'FailedOperation.MFADeviceInUse', 'the authenticator is enabled already');
      }
      await takeMfaCode({ vault, users }, { user, code, now });
      await users.enableMfa(uin);
      await recordChange(writers, { accountUin, uin: call.caller.uin, action: 'cam:EnableMfaDevice', now });
    });
    return {};
  };
}
