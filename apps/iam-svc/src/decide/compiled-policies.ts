import { Lru } from '@muster/kernel';
import { type AttachedPolicy, compilePolicy, parsePolicy, UNREADABLE_POLICY } from '@muster/policy';
import type { PolicyRef } from '../domain/identity.ts';

/** Policies kept compiled; at some kilobytes each this is a few megabytes. */
const CAPACITY = 2_000;

/** What decisions name that a policy of the credential itself has brought about: it has no number. */
const OF_SESSION: PolicyRef = { policyId: 0, version: 0 };

/** Where the text of a policy version is; inside of a transaction that is the transaction's own reader. */
export type Documents = (ref: PolicyRef) => Promise<string | undefined>;

/**
 * Compiled policies by id and version. A version's text never changes, so what is kept here can be unused but never
 * wrong: decisions themselves are kept nowhere.
 */
export class CompiledPolicies {
  readonly #onUnreadable: (ref: PolicyRef, error: unknown) => void;
  readonly #kept = new Lru<string, AttachedPolicy>(CAPACITY);

  constructor(onUnreadable: (ref: PolicyRef, error: unknown) => void) {
    this.#onUnreadable = onUnreadable;
  }

  async get(ref: PolicyRef, documents: Documents): Promise<AttachedPolicy> {
    const key = `${ref.policyId}.${ref.version}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    // a store that fails is no verdict on the policy: the error goes up and nothing is kept
    const policy = this.#compile(ref, await documents(ref));
    this.#kept.set(key, policy);
    return policy;
  }

  /** The policy that narrows a temporary credential; it is kept by whoever keeps the credential. */
  ofSession(document: string): AttachedPolicy {
    return this.#compile(OF_SESSION, document);
  }

  #compile(ref: PolicyRef, document: string | undefined): AttachedPolicy {
    const attached = { policyId: String(ref.policyId), version: ref.version };
    try {
      if (document === undefined) throw new Error('the document is gone: the policy changed at this very moment');
      return { ...attached, compiled: compilePolicy(parsePolicy(document)) };
    } catch (error) {
      this.#onUnreadable(ref, error);
      return { ...attached, compiled: UNREADABLE_POLICY };
    }
  }
}
