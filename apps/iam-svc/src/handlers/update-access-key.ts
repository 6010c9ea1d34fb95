import type { MethodImpl } from '@connectrpc/connect';
import { AccessKeyStatus, type IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { recordChange } from '../events.ts';
import { keyOwner, requireKey } from '../named-things.ts';

export function updateAccessKey({
  users,
  write,
  clock,
}: Pick<IamContext, 'users' | 'write' | 'clock'>): MethodImpl<typeof IamService.method.updateAccessKey> {
  return async ({ accessKeyId, status, targetUin }, context) => {
    const call = callOf(context);
    const { uin, accountUin } = await keyOwner(targetUin, { call, users });
    if (status !== AccessKeyStatus.ACTIVE && status !== AccessKeyStatus.INACTIVE) {
      throw invalid('InvalidParameter.ParamError', 'Status', `must be ACTIVE or INACTIVE, was ${status}`);
    }
    const active = status === AccessKeyStatus.ACTIVE;
    await write(call, async (writers) => {
      const { keys, tokens } = writers;
      if (requireKey(await keys.find(uin, accessKeyId), accessKeyId).active === active) return;
      await keys.setActive(accessKeyId, active);
      if (!active) await tokens.endThoseOfKey(accessKeyId);
      const by = call.caller.uin;
      await recordChange(writers, { accountUin, uin: by, action: 'cam:UpdateAccessKey', now: clock.now() });
    });
    return {};
  };
}
