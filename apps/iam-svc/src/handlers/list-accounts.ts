import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MethodImpl } from '@connectrpc/connect';
import type { AccountService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { requireFirstAccount } from '../accounts/first-account.ts';
import type { IamContext } from '../context.ts';
import { checkPage } from '../domain/fields.ts';

export function listAccounts({
  accounts,
}: Pick<IamContext, 'accounts'>): MethodImpl<typeof AccountService.method.listAccounts> {
  return async (request, context) => {
    await requireFirstAccount(accounts, callOf(context), 'cam:ListAccounts');
    const { offset, limit } = checkPage(request);
    const all = await accounts.list();
    return {
      totalNum: all.length,
      list: all.slice(offset, offset + limit).map(({ accountUin, appId, name, createdAt }) => ({
        accountUin,
        appId,
        name,
        createTime: timestampFromMs(createdAt),
      })),
    };
  };
}
