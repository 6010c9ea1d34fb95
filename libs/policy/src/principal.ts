import { BoundedMemo } from './bounded-memo.ts';
import { type CompiledPolicy, type CompiledStatement, UNREADABLE_POLICY } from './compile.ts';
import { ResourceNames } from './resource-names.ts';
import type { Variables } from './variables.ts';

/** A policy in force for a principal, and under which name a decision is to report it. */
export interface AttachedPolicy {
  readonly policyId: string;
  readonly version: number;
  readonly compiled: CompiledPolicy | typeof UNREADABLE_POLICY;
}

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

/** A statement and the policy to report it under. */
export interface Rule {
  readonly policy: AttachedPolicy;
  readonly statement: CompiledStatement;
}

/** What several policies say about one action. */
export interface Rules {
  readonly deny: readonly Rule[];
  readonly allow: readonly Rule[];
}

/** A principal ready to be decided about: good for as long as its policies are the same. */
export interface CompiledPrincipal {
  readonly variables: Variables;
  readonly names: ResourceNames;
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
    names: new ResourceNames(rootUin, appId),
    unreadable: [...granting, ...limiting].find(({ compiled }) => compiled === UNREADABLE_POLICY),
    grants: isRoot ? undefined : policySet(granting),
    limits: limiting.map((policy) => policySet([policy])),
  };
}

/** Policies of which one allow is enough. */
export interface PolicySet {
  about(action: string): Rules;
}

/** From here on a look at every policy costs more than keeping the outcome for each action. */
const MANY_POLICIES = 32;
/** Actions whose rules are kept for a principal with many policies. */
const REMEMBERED_ACTIONS = 256;

function policySet(policies: readonly AttachedPolicy[]): PolicySet {
  const about = (action: string) => rulesAbout(action, policies);
  if (policies.length <= MANY_POLICIES) return { about };
  const known = new BoundedMemo(about, REMEMBERED_ACTIONS);
  return { about: (action) => known.get(action) };
}

function rulesAbout(action: string, policies: readonly AttachedPolicy[]): Rules {
  const deny: Rule[] = [];
  const allow: Rule[] = [];
  for (const policy of policies) {
    if (policy.compiled === UNREADABLE_POLICY) continue;
    const about = policy.compiled.about(action);
    for (const statement of about.deny) deny.push({ policy, statement });
    for (const statement of about.allow) allow.push({ policy, statement });
  }
  return { deny, allow };
}
