import { ResourceType } from '@muster/contract';
import { notFound, Refusal } from '@muster/kernel';
import { type Call, type ResourceInit, resourceName } from '@muster/rpc';
import { requireGiven } from './domain/fields.ts';
import type { AccessKey } from './store/access-key-store.ts';
import type { Policy } from './store/policy-store.ts';
import type { User, UserReader } from './store/user-store.ts';

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

/**
 * The sub-user whose name a request gives, once the caller may. A name that nobody has is decided on as `uin/*`, so that
 * only who may see every user can tell free names from taken ones.
 */
export async function namedUser(name: string, { call, users }: { call: Call; users: UserReader }): Promise<User> {
  const user = await users.findByName(call.caller.accountUin, requireGiven('Name', name));
  await call.authorize([userSubject(user?.uin ?? '*')]);
  return requireSubUser(user, name);
}

/** The user whose keys a request is about, once the caller may: the caller itself when none is named. */
export async function keyOwner(targetUin: string, { call, users }: { call: Call; users: UserReader }): Promise<User> {
  const { accountUin, uin: own } = call.caller;
  const uin = targetUin === '0' ? own : targetUin;
  await call.authorize([userSubject(uin)]);
  // whoever holds a key of root's is root: no policy can give that away
  if (uin === accountUin && own !== accountUin) {
    throw new Refusal('denied', 'OperationDenied.SubUin', 'the keys of the root account are managed by itself alone');
  }
  return requireUser(await users.find(accountUin, uin), uin);
}
