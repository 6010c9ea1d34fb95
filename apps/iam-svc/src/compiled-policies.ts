import { type AttachedPolicy, compilePolicy, parsePolicy, UNREADABLE_POLICY } from '@muster/policy';
import type { PolicyRef } from './domain/identity.ts';

/** Policies kept compiled; at some kilobytes each this is a few megabytes. */
const CAPACITY = 2_000;

/** Where the text of a policy version is; inside of a transaction that is the transaction's own reader. */
export type Documents = (ref: PolicyRef) => Promise<string | undefined>;

/**
 * Compiled policies by id and version. A version's text never changes, so what is kept here can be unused but never
 * wrong: decisions themselves are kept nowhere.
 */
export class CompiledPolicies {
  readonly #onUnreadable: (ref: PolicyRef, error: unknown) => void;
  /** Least recently used first. */
  readonly #kept = new Map<string, AttachedPolicy>();

  constructor(onUnreadable: (ref: PolicyRef, error: unknown) => void) {
    this.#onUnreadable = onUnreadable;
  }

  async get(ref: PolicyRef, documents: Documents): Promise<AttachedPolicy> {
    const key = `${ref.policyId}.${ref.version}`;
    const policy = this.#kept.get(key) ?? (await this.#load(ref, documents));
    this.#kept.delete(key);
    this.#kept.set(key, policy);
    if (this.#kept.size > CAPACITY) this.#kept.delete(this.#kept.keys().next().value!);
    return policy;
  }

  async #load(ref: PolicyRef, documents: Documents): Promise<AttachedPolicy> {
    // a store that fails is no verdict on the policy: the error goes up and nothing is kept
    const document = await documents(ref);
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
