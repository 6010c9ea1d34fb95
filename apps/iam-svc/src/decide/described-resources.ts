import { parseTrustPolicy, type RequestedResource, type ResourceDecision, trusts } from '@muster/policy';
import type { AskedResource, ConditionKeys } from '../domain/access.ts';
import { isRoot, type UserIdentity } from '../domain/identity.ts';
import { withAccount } from '../domain/question.ts';
import { isRole, namesOfRole, parseRoleResource, type RoleRef, underEitherName } from '../domain/role-resource.ts';
import type { Role, RoleReader } from '../store/role-store.ts';
import type { TagReader } from '../store/tag-store.ts';
import { withOwnTags } from './own-tags.ts';

/** The one action that two sides decide on, and the only one that reaches another account. */
export const ASSUME_ROLE = 'sts:AssumeRole';

/** A resource with what this service itself knows of it: a role's two names, and the tags of users, groups, roles and policies. */
export interface DescribedResource extends AskedResource {
  /** As it was asked about, the account filled in. */
  readonly asked: string;
  /** Every name that policies may use. */
  readonly names: readonly string[];
  /** Undefined for everything else, and for a role that does not exist. */
  readonly role: Role | undefined;
  /** Whether it may be another account's. */
  readonly anyAccount: boolean;
}

/** Looks up what is known of the resources of a question. Roles of other accounts are looked up only to be assumed. */
export async function describeResources(
  resources: readonly AskedResource[],
  { action, accountUin, roles, tags }: { action: string; accountUin: string; roles: RoleReader; tags: TagReader },
): Promise<readonly DescribedResource[]> {
  const anyAccount = action === ASSUME_ROLE;
  const refs = resources.map(({ resource }) => {
    const ref = parseRoleResource(resource, accountUin);
    return anyAccount || ref?.accountUin === accountUin ? ref : undefined;
  });
  const found = await findRoles(refs, roles);
  const named = resources.map(({ resource, ...known }, i) => {
    const ref = refs[i];
    const role = ref && found.find((candidate) => isRole(ref, candidate));
    const asked = withAccount(resource, accountUin);
    const names = role ? namesOfRole(role) : [asked];
    return { ...known, resource: names[0]!, asked, names, role, anyAccount };
  });
  return withOwnTags(named, { accountUin, tags });
}

async function findRoles(refs: readonly (RoleRef | undefined)[], roles: RoleReader): Promise<readonly Role[]> {
  const byAccount = Map.groupBy(
    refs.filter((ref) => ref !== undefined),
    ({ accountUin }) => accountUin,
  );
  const found: Role[] = [];
  for (const [accountUin, named] of byAccount) {
    const valuesBy = (by: RoleRef['by']) => named.flatMap((ref) => (ref.by === by ? [ref.value] : []));
    found.push(...(await roles.findAll(accountUin, { ids: valuesBy('id'), names: valuesBy('name') })));
  }
  return found;
}

/** The resources as the engine is asked about them: once under each name. */
export function requestedResources(described: readonly DescribedResource[]): RequestedResource[] {
  return described.flatMap(({ names, tags, attributes, anyAccount }) =>
    names.map((name) => ({ name, tags, anyAccount, ...(attributes && { attributes }) })),
  );
}

/** The engine's decisions on `requestedResources` brought back together: one per resource, named as it was asked about. */
export function gatherDecisions(
  described: readonly DescribedResource[],
  verdicts: readonly ResourceDecision[],
): readonly ResourceDecision[] {
  let next = 0;
  return described.map(({ asked, names, role }) => {
    const [first, second] = verdicts.slice(next, next + names.length) as [ResourceDecision, ResourceDecision];
    next += names.length;
    return role ? underEitherName(asked, [first, second]) : first;
  });
}

/**
 * The decisions on AssumeRole once the roles have had their say (CAM section 9): the caller's policies are one half, the trust policy
 * is the other. A role that does not exist, one that does not trust the caller and one that the caller's policies do not allow come
 * out the same.
 */
export function asTrusted(
  user: UserIdentity,
  described: readonly DescribedResource[],
  { decisions, context }: { decisions: readonly ResourceDecision[]; context: ConditionKeys },
): readonly ResourceDecision[] {
  return decisions.map((decision, i) => {
    const { role, attributes } = described[i]!;
    if (decision.outcome !== 'allowed') return decision;
    const trusted = role !== undefined && isTrusted(user, role, { ...attributes, ...context });
    return trusted ? decision : { resource: decision.resource, outcome: 'implicit_deny' };
  });
}

function isTrusted(user: UserIdentity, role: Role, context: ConditionKeys): boolean {
  const { uin, accountUin } = user;
  try {
    return trusts(parseTrustPolicy(role.trustDocument), { uin, accountUin, isRoot: isRoot(user) }, context);
  } catch {
    // a trust policy that can no longer be read trusts nobody
    return false;
  }
}
