import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toAccessKey } from '../convert/people.ts';
import { mintAccessKey } from '../credentials/mint.ts';
import { checkKeyDescription } from '../domain/fields.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { requireUser } from '../named/things.ts';
import { credentialOwner, requireLasting } from '../named/users.ts';

export function createAccessKey({
  users: reader,
  write,
  vault,
  clock,
  quotas,
  decider,
}: Pick<IamContext, 'users' | 'write' | 'decider' | 'vault' | 'clock' | 'quotas'>): MethodImpl<
  typeof IamService.method.createAccessKey
> {
  return async ({ targetUin, description: given }, context) => {
    const call = callOf(context);
    const { uin, accountUin } = await credentialOwner(targetUin, { call, users: reader });
    await requireLasting(uin, { call, decider });
    const description = checkKeyDescription(given);
    const now = clock.now();
    const { key, secretKey } = mintAccessKey(vault, { uin, description, now });
    await write(call, async (writers) => {
      const { users, keys } = writers;
      requireUser(await users.find(accountUin, uin), uin);
      requireRoom(quotas, 'keysOfUser', (await keys.list(uin)).length);
      await keys.insert(key);
      await recordChange(writers, { accountUin, uin: call.caller.uin, action: 'cam:CreateAccessKey', now });
    });
    return { accessKey: toAccessKey(key), secretAccessKey: secretKey };
  };
}
