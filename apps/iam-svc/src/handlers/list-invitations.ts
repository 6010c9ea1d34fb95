import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';

export function listInvitations({
  collaborators,
}: Pick<IamContext, 'collaborators'>): MethodImpl<typeof AccountService.method.listInvitations> {
  return async (_request, context) => {
    const invitations = await collaborators.invitations(callOf(context).caller.uin);
    return {
      data: invitations.map(({ accountUin, accountName, createdAt }) => ({
        accountUin,
        accountName,
        createTime: timestampFromMs(createdAt),
      })),
    };
  };
}
