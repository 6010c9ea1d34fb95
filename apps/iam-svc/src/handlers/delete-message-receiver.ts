import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { recordChange } from '../events.ts';

export function deleteMessageReceiver({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof AccountService.method.deleteMessageReceiver> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const uin = requireGiven('Uin', request.uin);
    await write(call, async (writers) => {
      const { receivers } = writers;
      if (!(await receivers.find(accountUin, uin))) {
        throw notFound('ResourceNotFound.UserNotExist', 'message recipient', uin);
      }
      await receivers.delete(uin);
      await recordChange(writers, { accountUin, uin: by, action: 'cam:DeleteMessageReceiver', now: clock.now() });
    });
    return {};
  };
}
