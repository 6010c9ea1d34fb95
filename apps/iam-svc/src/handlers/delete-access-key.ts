import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { requireKey } from '../named/things.ts';
import { credentialOwner } from '../named/users.ts';

export function deleteAccessKey({
  users,
  write,
  clock,
}: Pick<IamContext, 'users' | 'write' | 'clock'>): MethodImpl<typeof IamService.method.deleteAccessKey> {
  return async ({ accessKeyId, targetUin }, context) => {
    const call = callOf(context);
    const { uin, accountUin } = await credentialOwner(targetUin, { call, users });
    await write(call, async (writers) => {
      const { keys } = writers;
      if (requireKey(await keys.find(uin, accessKeyId), accessKeyId).active) {
        const message = `access key \`${accessKeyId}\` is in use; switch it off before deleting it`;
        throw new Refusal('conflict', 'FailedOperation.Accesskey', message);
      }
      await keys.delete(accessKeyId);
      const by = call.caller.uin;
      await recordChange(writers, { accountUin, uin: by, action: 'cam:DeleteAccessKey', now: clock.now() });
    });
    return {};
  };
}
