import type { MethodImpl } from '@connectrpc/connect';
import { type IamService, ResourceType } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPage } from '../domain/fields.ts';
import { policyAnswers, policyFilter } from '../grants/policy-answers.ts';
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
    const asked = (await policies.list(accountUin)).filter(policyFilter(scope, keyword));
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
