import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { policyAnswer } from '../grants/policy-answers.ts';
import { policyNumber, requirePolicy } from '../named/things.ts';

export function getPolicy({
  policies,
  ...parts
}: Pick<IamContext, 'policies' | 'attachments' | 'tags'>): MethodImpl<typeof IamService.method.getPolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const { accountUin } = callOf(context).caller;
    const policy = requirePolicy(await policies.find(accountUin, policyId), policyId);
    return { policy: await policyAnswer(policy, accountUin, { ...parts, policies }) };
  };
}
