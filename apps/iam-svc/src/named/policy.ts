import { ResourceType } from '@muster/contract';
import { invalid } from '@muster/kernel';
import { type ResourceInit, resourceName } from '@muster/rpc';
import type { Policy, PolicyReader } from '../store/policy-store.ts';
import { requirePolicy } from './things.ts';

/** How a request names a policy: by its number, by its name, or by both. `0` and empty are not given. */
export interface PolicyNaming {
  readonly policyId: string;
  readonly policyName: string;
}

/** A policy, custom or preset, that may turn out not to exist once the caller may know. */
export interface MaybePolicy {
  /** What is decided about. A name that no policy has is every policy, as with users. */
  readonly subject: ResourceInit;
  /** Hands it back. Throws ResourceNotFound.PolicyIdNotFound, or InvalidParameter.ParamError when number and name disagree. */
  require(): Policy;
}

/** Looks up the policy that a request names. */
export async function namedPolicy(
  { policyId, policyName }: PolicyNaming,
  { accountUin, policies }: { accountUin: string; policies: PolicyReader },
): Promise<MaybePolicy> {
  const byName = policyId === '0';
  if (byName && policyName === '') throw invalid('MissingParameter', 'PolicyId', 'or PolicyName must be given');
  const policy = await (byName
    ? policies.findByName(accountUin, policyName)
    : policies.find(accountUin, Number(policyId)));
  const number = byName ? String(policy?.policyId ?? '*') : policyId;
  return {
    subject: { resource: resourceName(ResourceType.POLICY, '', number) },
    require: () => {
      const found = requirePolicy(policy, byName ? policyName : policyId);
      if (policyName === '' || found.policyName === policyName) return found;
      const what = `must be that of policy \`${policyId}\`, was \`${policyName}\``;
      throw invalid('InvalidParameter.ParamError', 'PolicyName', what);
    },
  };
}
