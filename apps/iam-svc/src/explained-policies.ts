import { type ExplainedPolicy, type ExplainedPrincipal, explainable, type Policy, parsePolicy } from '@muster/policy';
import type { Identity, PolicyRef } from './domain/identity.ts';
import type { AccountRights, Held, Holder } from './domain/rights.ts';
import { Lru } from './lru.ts';
import type { PolicyReader } from './store/policy-store.ts';

/** Policies kept: more than an account may have, at some ten kilobytes each. */
const CAPACITY = 2_000;

type Explainable = ReturnType<typeof explainable>;

/**
 * Policies with their text, for explaining decisions. Apart from those that decisions are made with: these need more memory, and
 * are asked for rarely.
 */
export class ExplainedPolicies {
  readonly #policies: PolicyReader;
  readonly #kept = new Lru<string, Explainable>(CAPACITY);

  constructor(policies: PolicyReader) {
    this.#policies = policies;
  }

  /** A holder with everything that counts for it. */
  async principal(holder: Holder, { accountUin, appId }: AccountRights): Promise<ExplainedPrincipal> {
    const { id, isRoot, policies, boundary } = holder;
    return {
      // a group is nobody: no policy variable fits
      uin: holder.kind === 'group' ? '0' : id,
      rootUin: accountUin,
      appId,
      isRoot,
      policies: await Promise.all(policies.map((held) => this.held(held))),
      ...(boundary ? { boundary: await this.held(boundary) } : {}),
    };
  }

  async held({ policyId, version, policyName, via }: Held): Promise<ExplainedPolicy> {
    return { policyId: String(policyId), version, policyName, via, ...(await this.#get({ policyId, version })) };
  }

  /** The policy that narrows a credential, if one does. */
  ofSession(identity: Identity): ExplainedPolicy[] {
    if (identity.kind !== 'user' || identity.sessionPolicy === '') return [];
    const text = identity.sessionPolicy;
    const named = { policyId: 'session', policyName: 'session policy', version: 0, via: 'session' };
    return [{ ...named, ...explainable(readable(text), text) }];
  }

  async #get(ref: PolicyRef): Promise<Explainable> {
    const key = `${ref.policyId}.${ref.version}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const document = (await this.#policies.document(ref)) ?? '';
    const policy = explainable(readable(document), document);
    this.#kept.set(key, policy);
    return policy;
  }
}

/** The same verdict as when decisions are made: what cannot be read denies. */
function readable(document: string): Policy | undefined {
  try {
    return parsePolicy(document);
  } catch {
    return undefined;
  }
}
