import type { MethodImpl } from '@connectrpc/connect';
import type { PolicyService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { toPolicyVersion } from '../convert/grants.ts';
import { policyNumber, requirePolicy } from '../named/things.ts';

export function listPolicyVersions({
  policies,
}: Pick<IamContext, 'policies'>): MethodImpl<typeof PolicyService.method.listPolicyVersions> {
  return async (request, context) => {
    const policyId = policyNumber(request.policyId);
    const { accountUin } = callOf(context).caller;
    const policy = requirePolicy(await policies.find(accountUin, policyId), policyId);
    return { versions: (await policies.versions(policyId)).map((one) => toPolicyVersion(one, policy.version)) };
  };
}
