import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toPolicy } from '../convert.ts';
import { checkPage, requireGiven } from '../domain/fields.ts';
import { requireSubUser } from '../named-things.ts';

export function listAttachedUserPolicies({
  users,
  policies,
  attachments,
}: Pick<IamContext, 'users' | 'policies' | 'attachments'>): MethodImpl<
  typeof IamService.method.listAttachedUserPolicies
> {
  return async (request, context) => {
    const uin = requireGiven('TargetUin', request.targetUin);
    const { offset, limit } = checkPage(request);
    const { accountUin } = callOf(context).caller;
    requireSubUser(await users.find(accountUin, uin), uin);
    const ids = await attachments.policiesOf({ accountUin, kind: 'user', id: uin });
    const attached = await policies.findAll(accountUin, ids);
    return {
      totalNum: attached.length,
      list: attached.slice(offset, offset + limit).map((policy) => toPolicy(policy)),
    };
  };
}
