import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireNotInForce } from '../domain/policy-versions.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requireCustom, requireVersion } from '../named/things.ts';

const MOST = 5;

export function deletePolicyVersion({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof PolicyService.method.deletePolicyVersion> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const given = [...new Set(request.versionId)];
    if (given.length < 1 || given.length > MOST) {
      throw invalid('InvalidParameterValue.LimitExceeded', 'VersionId', `must be 1 to ${MOST}, were ${given.length}`);
    }
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const now = clock.now();
    await write(call, async (writers) => {
      const { policies } = writers;
      const policy = requireCustom(await policies.find(accountUin, policyId), policyId);
      for (const version of given) {
        requireVersion(await policies.version({ policyId, version }), { policyId, version });
        requireNotInForce({ inForce: policy.version }, version);
      }
      await policies.deleteVersions(policyId, given);
      await recordChange(writers, { accountUin, uin, action: 'cam:DeletePolicyVersion', now });
    });
    return {};
  };
}
