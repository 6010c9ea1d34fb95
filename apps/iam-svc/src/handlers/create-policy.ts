import type { MethodImpl } from '@connectrpc/connect';
import type { IamService } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toFinding } from '../convert/finding.ts';
import { checkPolicyDescription, checkPolicyName } from '../domain/fields.ts';
import { checkDocument } from '../domain/policy-document.ts';
import { requireRoom } from '../domain/quotas.ts';
import { checkNewTags, requireTagRoom } from '../domain/tags.ts';
import { recordChange } from '../events.ts';

export function createPolicy({
  write,
  clock,
  quotas,
}: Pick<IamContext, 'write' | 'clock' | 'quotas'>): MethodImpl<typeof IamService.method.createPolicy> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const policyName = checkPolicyName(request.policyName);
    const description = checkPolicyDescription(request.description);
    const now = clock.now();
    const { document, warnings } = checkDocument(request.policyDocument, { ...quotas, accountUin, now });
    const newTags = checkNewTags(request.tags);
    requireTagRoom(quotas, {}, newTags);
    return write(call, async (writers) => {
      const { accounts, policies, tags } = writers;
      if (await policies.nameTaken(accountUin, policyName)) {
        const message = `there is a policy \`${policyName}\` already`;
        throw new Refusal('conflict', 'FailedOperation.PolicyNameInUse', message);
      }
      requireRoom(quotas, 'policiesInAccount', await policies.count(accountUin));
      const policyId = await accounts.nextNumber('policy');
      await policies.insert({ policyId, accountUin, policyName, description, document, now });
      await tags.set(accountUin, 'policy', String(policyId), newTags);
      await recordChange(writers, { accountUin, uin, action: 'cam:CreatePolicy', now });
      return { policyId: String(policyId), warnings: warnings.map(toFinding) };
    });
  };
}
