import type { MethodImpl } from '@connectrpc/connect';
import { type GroupService, PolicyType } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage } from '../domain/fields.ts';
import { policyAnswers, policyFilter } from '../grants/policy-answers.ts';
import { groupNumber, requireGroup } from '../named/things.ts';

export function listAttachedGroupPolicies({
  groups,
  policies,
  ...parts
}: Pick<IamContext, 'groups' | 'policies' | 'attachments' | 'tags'>): MethodImpl<
  typeof GroupService.method.listAttachedGroupPolicies
> {
  return async (request, context) => {
    const groupId = groupNumber(request.targetGroupId, 'TargetGroupId');
    const { offset, limit } = checkPage(request);
    const { accountUin } = callOf(context).caller;
    requireGroup(await groups.find(accountUin, groupId), groupId);
    const ids = await parts.attachments.policiesOf({ accountUin, kind: 'group', id: String(groupId) });
    const all = await policies.findAll(accountUin, ids);
    const attached = all.filter(policyFilter(PolicyType.UNSPECIFIED, request.keyword));
    return {
      totalNum: attached.length,
      list: await policyAnswers(attached.slice(offset, offset + limit), accountUin, parts),
    };
  };
}
