import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toPolicyVersion } from '../convert/grants.ts';
import { policyNumber, requirePolicy, requireVersion } from '../named/things.ts';

export function getPolicyVersion({
  policies,
}: Pick<IamContext, 'policies'>): MethodImpl<typeof PolicyService.method.getPolicyVersion> {
  return async ({ policyId: given, versionId: version }, context) => {
    const policyId = policyNumber(given);
    if (version === 0) throw invalid('MissingParameter', 'VersionId', 'must be given');
    const { accountUin } = callOf(context).caller;
    const policy = requirePolicy(await policies.find(accountUin, policyId), policyId);
    const found = requireVersion(await policies.version({ policyId, version }), { policyId, version });
    return { policyVersion: { ...toPolicyVersion(found, policy.version), document: found.document } };
  };
}
