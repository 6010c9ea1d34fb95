import type { MethodImpl } from '@connectrpc/connect';
import type { AuditService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toLastUsed } from '../convert/audit.ts';
import { checkPage } from '../domain/fields.ts';

export function listLastUsed({
  usage,
  lastUsed,
}: Pick<IamContext, 'usage' | 'lastUsed'>): MethodImpl<typeof AuditService.method.listLastUsed> {
  return async (request, context) => {
    const page = checkPage(request);
    const filter = {
      accountUin: callOf(context).caller.accountUin,
      uin: request.uin === '0' ? undefined : request.uin,
      action: request.action === '' ? undefined : request.action,
    };
    // what was counted in the last second belongs to the answer
    await usage.flush();
    return {
      totalNum: await lastUsed.count(filter),
      list: (await lastUsed.list(filter, page)).map(toLastUsed),
    };
  };
}
