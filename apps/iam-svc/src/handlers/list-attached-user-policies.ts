import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage, requireGiven } from '../domain/fields.ts';
import { policyAnswers } from '../grants/policy-answers.ts';
import { requireGrantee } from '../named/things.ts';

export function listAttachedUserPolicies({
  grantees,
  policies,
  ...parts
}: Pick<IamContext, 'grantees' | 'policies' | 'attachments' | 'tags'>): MethodImpl<
  typeof IamService.method.listAttachedUserPolicies
> {
  return async (request, context) => {
    const uin = requireGiven('TargetUin', request.targetUin);
    const { offset, limit } = checkPage(request);
    const { accountUin } = callOf(context).caller;
    requireGrantee(await grantees.find(accountUin, uin), uin);
    const ids = await parts.attachments.policiesOf({ accountUin, kind: 'user', id: uin });
    const attached = await policies.findAll(accountUin, ids);
    return {
      totalNum: attached.length,
      list: await policyAnswers(attached.slice(offset, offset + limit), accountUin, parts),
    };
  };
}
