import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { newAuthenticator } from '../credentials/mfa.ts';
import { recordChange } from '../events.ts';
import { requireUser, userSubject } from '../named/things.ts';
import { requireLasting } from '../named/users.ts';

export function createMfaDevice({
  users: reader,
  write,
  vault,
  clock,
  decider,
}: Pick<IamContext, 'users' | 'write' | 'decider' | 'vault' | 'clock'>): MethodImpl<
  typeof IamService.method.createMfaDevice
> {
  return async ({ targetUin }, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const uin = await ownUin(targetUin, call);
    await requireLasting(uin, { call, decider });
    const { secret, uri, sealed } = newAuthenticator(vault, requireUser(await reader.find(accountUin, uin), uin));
    await write(call, async (writers) => {
      const { users } = writers;
      const { mfa } = requireUser(await users.find(accountUin, uin), uin);
      if (mfa?.enabled) {
        const message = 'the user has an authenticator; delete it first';
        throw new Refusal('conflict', 'FailedOperation.MFADeviceInUse', message);
      }
      await users.prepareMfa(uin, sealed);
      await recordChange(writers, { accountUin, uin, action: 'cam:CreateMfaDevice', now: clock.now() });
    });
    return { secret, uri };
  };
}

/** Whoever sees the secret can make the codes, so everybody makes only their own. */
async function ownUin(targetUin: string, call: Call): Promise<string> {
  const { uin } = call.caller;
  const asked = targetUin === '0' ? uin : targetUin;
  await call.authorize([userSubject(asked)]);
  if (asked === uin) return uin;
  throw new Refusal('denied', 'OperationDenied.UinNotMatch', 'an authenticator is made by its user alone');
}
