import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { requireNotInForce } from '../domain/policy-versions.ts';
import { recordChange } from '../events.ts';
import { policyNumber, requireCustom, requireVersion } from '../named/things.ts';

export function setDefaultPolicyVersion({
  write,
  clock,
}: Pick<IamContext, 'write' | 'clock'>): MethodImpl<typeof PolicyService.method.setDefaultPolicyVersion> {
  return async ({ policyId: given, versionId: version }, context) => {
    const policyId = policyNumber(given);
    if (version === 0) throw invalid('MissingParameter', 'VersionId', 'must be given');
    const call = callOf(context);
    const { accountUin, uin } = call.caller;
    const now = clock.now();
    await write(call, async (writers) => {
      const { policies } = writers;
      const policy = requireCustom(await policies.find(accountUin, policyId), policyId);
      requireVersion(await policies.version({ policyId, version }), { policyId, version });
      requireNotInForce({ inForce: policy.version }, version);
      await policies.setDefault({ policyId, version }, now);
      await recordChange(writers, { accountUin, uin, action: 'cam:SetDefaultPolicyVersion', now });
    });
    return {};
  };
}
