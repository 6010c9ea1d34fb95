import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { leaveAccount } from '../accounts/leave-account.ts';
import type { IamContext } from '../context.ts';
import { requireGiven } from '../domain/fields.ts';
import { recordChange } from '../events.ts';

export function removeCollaborator({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof AccountService.method.removeCollaborator> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const uin = requireGiven('Uin', request.uin);
    await write(call, async (writers) => {
      if (!(await writers.collaborators.find(accountUin, uin))) {
        throw notFound('ResourceNotFound.UserNotExist', 'collaborator', uin);
      }
      await leaveAccount(writers, { accountUin, uin });
      await recordChange(writers, { accountUin, uin: by, action: 'cam:RemoveCollaborator', now: clock.now() });
    });
    return {};
  };
}
