import type { MethodImpl } from '@connectrpc/connect';
import { type IamService, PolicyType, ResourceType } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { POLICY_TYPE_TO_PROTO } from '../convert/grants.ts';
import { checkPage, nameHolds } from '../domain/fields.ts';
import { policyAnswers } from '../grants/policy-answers.ts';
import { visible } from '../named/visible.ts';

export function listPolicies({
  policies,
  ...parts
}: Pick<IamContext, 'policies' | 'attachments' | 'tags'>): MethodImpl<typeof IamService.method.listPolicies> {
  return async (request, context) => {
    const { offset, limit } = checkPage(request);
    const { scope, keyword } = request;
    const call = callOf(context);
    const { accountUin } = call.caller;
    const asked = (await policies.list(accountUin)).filter(
      ({ type, policyName }) =>
        (scope === PolicyType.UNSPECIFIED || POLICY_TYPE_TO_PROTO[type] === scope) && nameHolds(policyName, keyword),
    );
    const shown = await visible(asked, call, {
      type: ResourceType.POLICY,
      idOf: ({ policyId }) => String(policyId),
      tags: await parts.tags.ofAll(accountUin, 'policy'),
    });
    return {
      totalNum: shown.length,
      list: await policyAnswers(shown.slice(offset, offset + limit), accountUin, parts),
    };
  };
}
