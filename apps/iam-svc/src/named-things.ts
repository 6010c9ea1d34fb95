import { ResourceType } from '@muster/contract';
import { notFound } from '@muster/kernel';
import { type ResourceInit, resourceName } from '@muster/rpc';
import { requireGiven } from './domain/fields.ts';
import type { AccessKey } from './store/access-key-store.ts';
import type { Policy } from './store/policy-store.ts';
import type { User } from './store/user-store.ts';

/** A user as the subject of a decision; CAM is a global service, its names carry no region. */
export function userSubject(uin: string): ResourceInit {
  return { resource: resourceName(ResourceType.USER, '', uin) };
}

/** A policy as the subject of a decision. */
export function policySubject(policyId: number): ResourceInit {
  return { resource: resourceName(ResourceType.POLICY, '', String(policyId)) };
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
