import { Lru } from '@muster/kernel';
import { type AttachedPolicy, type CompiledPrincipal, compilePrincipal } from '@muster/policy';
import { isRoot, type PolicyRef, type UserIdentity } from '../domain/identity.ts';
import type { CompiledPolicies, Documents } from './compiled-policies.ts';

const CAPACITY = 4_096;

/**
 * Principals ready to be decided about, by what they consist of: who they are and which versions of which policies count. Whatever
 * changes their rights changes that, so what is kept here can be unused but never wrong. The policies themselves are shared.
 */
export class CompiledPrincipals {
  readonly #policies: CompiledPolicies;
  readonly #ofIdentity = new WeakMap<UserIdentity, CompiledPrincipal>();
  readonly #kept = new Lru<string, CompiledPrincipal>(CAPACITY);

  constructor(policies: CompiledPolicies) {
    this.#policies = policies;
  }

  async of(user: UserIdentity, documents: Documents): Promise<CompiledPrincipal> {
    const known = this.#ofIdentity.get(user);
    if (known) return known;
    const content = contentOf(user);
    const principal = this.#kept.get(content) ?? (await this.#compile(user, documents));
    this.#kept.set(content, principal);
    this.#ofIdentity.set(user, principal);
    return principal;
  }

  async #compile(user: UserIdentity, documents: Documents): Promise<CompiledPrincipal> {
    const load = (ref: PolicyRef): Promise<AttachedPolicy> => this.#policies.get(ref, documents);
    return compilePrincipal({
      uin: user.uin,
      rootUin: user.accountUin,
      appId: user.appId,
      isRoot: isRoot(user),
      policies: await Promise.all(user.policies.map(load)),
      ...(user.boundary ? { boundary: await load(user.boundary) } : {}),
      ...(user.sessionPolicy === '' ? {} : { sessionPolicies: [this.#policies.ofSession(user.sessionPolicy)] }),
    });
  }
}

function contentOf({ type, accountUin, uin, appId, policies, boundary, sessionPolicy }: UserIdentity): string {
  return JSON.stringify([type, accountUin, uin, appId, policies, boundary, sessionPolicy]);
}
