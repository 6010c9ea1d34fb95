import type { MethodImpl } from '@connectrpc/connect';
import { AccessKeyStatus, type IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChanges } from '../events.ts';
import { requireKey } from '../named/things.ts';
import { credentialOwner, requireLasting } from '../named/users.ts';

export function updateAccessKey({
  users,
  write,
  clock,
  decider,
}: Pick<IamContext, 'users' | 'write' | 'decider' | 'clock'>): MethodImpl<typeof IamService.method.updateAccessKey> {
  return async ({ accessKeyId, status, targetUin }, context) => {
    const call = callOf(context);
    const { uin, accountUin } = await credentialOwner(targetUin, { call, users });
    await requireLasting(uin, { call, decider });
    if (status !== AccessKeyStatus.ACTIVE && status !== AccessKeyStatus.INACTIVE) {
      throw invalid('InvalidParameter.ParamError', 'Status', `must be ACTIVE or INACTIVE, was ${status}`);
    }
    const active = status === AccessKeyStatus.ACTIVE;
    await write(call, async (writers) => {
      const { keys, tokens } = writers;
      if (requireKey(await keys.find(uin, accessKeyId), accessKeyId).active === active) return;
      await keys.setActive(accessKeyId, active);
      const elsewhere = active ? [] : await tokens.endThoseOfKey(accessKeyId);
      const by = call.caller.uin;
      await recordChanges(writers, elsewhere, { accountUin, uin: by, action: 'cam:UpdateAccessKey', now: clock.now() });
    });
    return {};
  };
}
