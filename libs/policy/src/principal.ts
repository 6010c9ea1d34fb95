import { UNREADABLE_POLICY } from './compile.ts';
import { type AttachedPolicy, PolicySet } from './policy-index.ts';
import type { OwnAccounts } from './resource-names.ts';
import type { Variables } from './variables.ts';

/** Who asks. How the policies came to them (directly, through a group) plays no part. */
export interface Principal {
  /** Stands for `${uin}`; the role's id for an assumed role. */
  readonly uin: string;
  /** The account: the root that owns the principal and everything it may touch. */
  readonly rootUin: string;
  /** The account's appid; stands for `${app_id}` and owns the `uid/` resources of COS and CAS. */
  readonly appId: string;
  /** Root may do everything to its own account's resources; its policies are not consulted. */
  readonly isRoot: boolean;
  readonly policies: readonly AttachedPolicy[];
  /** Rights are what the policies and the boundary both allow. Grants nothing by itself. */
  readonly boundary?: AttachedPolicy;
  /** Policies of a temporary credential; each one must allow as well, also for root. */
  readonly sessionPolicies?: readonly AttachedPolicy[];
}

/** A principal ready to be decided about: good for as long as its policies are the same. */
export interface CompiledPrincipal {
  readonly variables: Variables;
  readonly accounts: OwnAccounts;
  /** An attached policy that could not be read: everything is denied. */
  readonly unreadable: AttachedPolicy | undefined;
  /** Undefined for root, who needs no grant. */
  readonly grants: PolicySet | undefined;
  /** Boundary and session policies: each one must allow as well. */
  readonly limits: readonly PolicySet[];
}

/** Prepares a principal for `decide` and `plan`. Costs little: policies are shared, and indexed as they are asked. */
export function compilePrincipal(principal: Principal): CompiledPrincipal {
  const { uin, rootUin, appId, isRoot, policies, boundary, sessionPolicies = [] } = principal;
  const granting = isRoot ? [] : policies;
  const limiting = boundary === undefined ? sessionPolicies : [boundary, ...sessionPolicies];
  return {
    variables: { uin, owner_uin: rootUin, app_id: appId },
    accounts: [`uin/${rootUin}`, `uid/${appId}`],
    unreadable: [...granting, ...limiting].find(({ compiled }) => compiled === UNREADABLE_POLICY),
    grants: isRoot ? undefined : new PolicySet(granting),
    limits: limiting.map((policy) => new PolicySet([policy])),
  };
}
