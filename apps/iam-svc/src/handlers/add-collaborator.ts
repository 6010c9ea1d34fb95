import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { invalid, notFound, Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkRemark, checkUserName, requireGiven } from '../domain/fields.ts';
import { requireRoom } from '../domain/quotas.ts';
import { recordChange } from '../events.ts';
import { requireFreeName } from '../named/users.ts';

export function addCollaborator({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof AccountService.method.addCollaborator> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin: by } = call.caller;
    const uin = requireGiven('Uin', request.uin);
    // what it is called at home is its own account's affair
    const name = checkUserName(request.name || uin);
    const remark = checkRemark(request.remark);
    const now = clock.now();
    await write(call, async (writers) => {
      const { accounts, collaborators } = writers;
      const home = await collaborators.homeOf(uin);
      if (home === undefined) throw notFound('ResourceNotFound.UserNotExist', 'user', uin);
      if (home === accountUin) {
        throw invalid('InvalidParameter.ParamError', 'Uin', `must be of another account, \`${uin}\` is of this one`);
      }
      if (await collaborators.find(accountUin, uin)) {
        const message = `\`${uin}\` is a collaborator already`;
        throw new Refusal('conflict', 'InvalidParameter.CollaboratorInUse', message);
      }
      await requireFreeName(accounts, { accountUin, name });
      requireRoom(quotas, 'usersInAccount', await accounts.countPeople(accountUin));
      requireRoom(quotas, 'accountsOfCollaborator', (await collaborators.invitations(uin)).length);
      await collaborators.insert({ accountUin, uin, name, remark, createdAt: now });
      await recordChange(writers, { accountUin, uin: by, action: 'cam:AddCollaborator', now });
    });
    return {};
  };
}
