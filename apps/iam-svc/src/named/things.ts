import { ResourceType } from '@muster/contract';
import { invalid, notFound, Refusal } from '@muster/kernel';
import { type ResourceInit, resourceName } from '@muster/rpc';
import { requireGiven } from '../domain/fields.ts';
import type { PolicyRef } from '../domain/identity.ts';
import type { AccessKey } from '../store/access-key-store.ts';
import type { Grantee } from '../store/grantee-store.ts';
import type { Group, GroupReader } from '../store/group-store.ts';
import type { Policy, PolicyVersion } from '../store/policy-store.ts';
import type { User } from '../store/user-store.ts';

/** A user as the subject of a decision; CAM is a global service, its names carry no region. */
export function userSubject(uin: string): ResourceInit {
  return { resource: resourceName(ResourceType.USER, '', uin) };
}

/** A policy as the subject of a decision. */
export function policySubject(policyId: number): ResourceInit {
  return { resource: resourceName(ResourceType.POLICY, '', String(policyId)) };
}

/** A group as the subject of a decision. */
export function groupSubject(groupId: number): ResourceInit {
  return { resource: resourceName(ResourceType.GROUP, '', String(groupId)) };
}

export function requireUser(user: User | undefined, given: string): User {
  if (!user) throw notFound('ResourceNotFound.UserNotExist', 'user', given);
  return user;
}

/** The same for what only sub-users have. */
export function requireSubUser(user: User | undefined, given: string): User {
  return requireUser(user?.uin === user?.accountUin ? undefined : user, given);
}

export function requirePolicy(policy: Policy | undefined, policyId: string | number): Policy {
  if (!policy) throw notFound('ResourceNotFound.PolicyIdNotFound', 'policy', String(policyId));
  return policy;
}

/** The same for what only an account's own policies have. Refusal: InvalidParameter.PolicyIdError (CAM section 11). */
export function requireCustom(policy: Policy | undefined, policyId: string | number): Policy {
  const found = requirePolicy(policy, policyId);
  if (found.type === 'custom') return found;
  const what = `names the preset policy ${found.policyName}, which cannot be changed, tagged or deleted`;
  throw invalid('InvalidParameter.PolicyIdError', 'PolicyId', what);
}

export function requireVersion(
  version: PolicyVersion | undefined,
  { policyId, version: given }: PolicyRef,
): PolicyVersion {
  if (!version) throw notFound('ResourceNotFound.NotFound', 'version', `${given} of policy ${policyId}`);
  return version;
}

/** The sub-user or collaborator that a request names; the root and message recipients are neither. */
export function requireGrantee(grantee: Grantee | undefined, uin: string): Grantee {
  if (!grantee) throw notFound('ResourceNotFound.UserNotExist', 'user', uin);
  return grantee;
}

export function requireGroup(group: Group | undefined, groupId: string | number): Group {
  if (!group) throw notFound('ResourceNotFound.GroupNotExist', 'group', String(groupId));
  return group;
}

/** Passes when a group may be called so. */
export async function requireGroupNameFree(groups: GroupReader, accountUin: string, groupName: string): Promise<void> {
  if (!(await groups.nameTaken(accountUin, groupName))) return;
  throw new Refusal('conflict', 'InvalidParameter.GroupNameInUse', `there is a group \`${groupName}\` already`);
}

/** The text of a policy that was found a moment ago. */
export function requireDocument(document: string | undefined, { policyId }: Pick<Policy, 'policyId'>): string {
  if (document === undefined) throw notFound('ResourceNotFound.PolicyIdNotFound', 'policy', String(policyId));
  return document;
}

export function requireKey(key: AccessKey | undefined, accessKeyId: string): AccessKey {
  if (!key) throw notFound('ResourceNotFound.SecretNotExist', 'access key', accessKeyId);
  return key;
}

/** The number of a policy that a request must name. One beyond all numbers is simply not found. */
export function policyNumber(given: string): number {
  return Number(requireGiven('PolicyId', given));
}

/** The same for a group. */
export function groupNumber(given: string, field = 'GroupId'): number {
  return Number(requireGiven(field, given));
}
