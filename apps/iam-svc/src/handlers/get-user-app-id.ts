import type { MethodImpl } from '@connectrpc/connect';
import { type AccountService, PrincipalType } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';

export function getUserAppId({
  accounts,
}: Pick<IamContext, 'accounts'>): MethodImpl<typeof AccountService.method.getUserAppId> {
  return async (_request, context) => {
    const { type, accountUin, uin, name } = callOf(context).caller;
    if (type === PrincipalType.SERVICE) {
      throw new Refusal('denied', 'UnauthorizedOperation', `\`${name}\` is a service and has no account`);
    }
    const { appId } = (await accounts.find(accountUin))!;
    return { uin, ownerUin: accountUin, appId };
  };
}
