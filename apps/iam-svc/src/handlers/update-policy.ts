import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { checkPolicyDescription } from '../domain/fields.ts';
import { checkDocument } from '../domain/policy-document.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requireDocument, requirePolicy } from '../named-things.ts';

export function updatePolicy({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof IamService.method.updatePolicy> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    if (request.policyDocument === undefined && request.description === undefined) {
      throw invalid('MissingParameter', 'PolicyDocument', 'or Description must be given');
    }
    const changed = {
      description: request.description === undefined ? undefined : checkPolicyDescription(request.description),
      document: request.policyDocument === undefined ? undefined : checkDocument(request.policyDocument, accountUin),
    };
    const now = clock.now();
    await write(call, async (writers) => {
      const { policies } = writers;
      const policy = requirePolicy(await policies.find(accountUin, policyId), policyId);
      const document = changed.document ?? requireDocument(await policies.document(policy), policy);
      const description = changed.description ?? policy.description;
      await policies.update({ ...policy, description, version: policy.version + 1, updatedAt: now }, document);
      await recordChange(writers, { accountUin, uin, action: 'cam:UpdatePolicy', now });
    });
    return {};
  };
}
