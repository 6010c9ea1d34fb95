import type { MethodImpl } from '@connectrpc/connect';
import { AttachType, type PolicyService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage, requireGiven } from '../domain/fields.ts';
import { policyAnswers, policyFilter } from '../grants/policy-answers.ts';
import { requireGrantee } from '../named/things.ts';
import type { UserPolicy } from '../store/attachment-store.ts';

export function listAttachedUserAllPolicies({
  grantees,
  groups,
  policies,
  ...parts
}: Pick<IamContext, 'grantees' | 'groups' | 'policies' | 'attachments' | 'tags'>): MethodImpl<
  typeof PolicyService.method.listAttachedUserAllPolicies
> {
  return async (request, context) => {
    const uin = requireGiven('TargetUin', request.targetUin);
    const { offset, limit } = checkPage(request);
    const { accountUin } = callOf(context).caller;
    requireGrantee(await grantees.find(accountUin, uin), uin);
    const had = (await parts.attachments.allPoliciesOfUser(accountUin, uin)).filter(comes(request.attachType));
    const ways = new Map(had.map((one) => [one.policyId, one]));
    const all = await policies.findAll(accountUin, [...ways.keys()]);
    const asked = all.filter(policyFilter(request.strategyType, request.keyword));
    const names = new Map((await groups.groupsOf(accountUin, uin)).map((group) => [group.groupId, group.groupName]));
    const page = asked.slice(offset, offset + limit);
    const answers = await policyAnswers(page, accountUin, parts);
    return {
      totalNum: asked.length,
      policyList: page.map(({ policyId }, i) => {
        const { direct, groupIds } = ways.get(policyId)!;
        return {
          policy: answers[i]!,
          direct,
          groupIds: groupIds.map(String),
          groups: groupIds.map((id) => ({ groupId: String(id), groupName: names.get(id) ?? '' })),
        };
      }),
    };
  };
}

/** Whether a policy comes in a way that was asked for. */
function comes(type: AttachType): (policy: UserPolicy) => boolean {
  switch (type) {
    case AttachType.DIRECT:
      return ({ direct }) => direct;
    case AttachType.GROUP:
      return ({ groupIds }) => groupIds.length > 0;
    default:
      return () => true;
  }
}
