import { Lru } from '@muster/kernel';
import { type ExplainedPolicy, type ExplainedPrincipal, explainable, type Policy, parsePolicy } from '@muster/policy';
import type { Identity, PolicyRef } from '../domain/identity.ts';
import type { AccountRights, Held, Holder } from '../domain/rights.ts';
import type { PolicyReader } from '../store/policy-store.ts';
import { breather } from './breath.ts';

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
  async principal(holder: Holder, rights: AccountRights): Promise<ExplainedPrincipal> {
    return (await this.principals([holder], rights))(holder);
  }

  /** The same for many: what they share is read once. */
  async principals(
    holders: readonly Holder[],
    { accountUin, appId }: AccountRights,
  ): Promise<(holder: Holder) => ExplainedPrincipal> {
    const read = new Map<number, Explainable>();
    const breathe = breather();
    for (const { policies, boundary } of holders) {
      for (const held of boundary ? [boundary, ...policies] : policies) {
        if (read.has(held.policyId)) continue;
        read.set(held.policyId, await this.#get(held));
        await breathe();
      }
    }
    const explained = (held: Held) => named(held, read.get(held.policyId)!);
    return ({ kind, id, isRoot, policies, boundary }) => ({
      // a group is nobody: no policy variable fits
      uin: kind === 'group' ? '0' : id,
      rootUin: accountUin,
      appId,
      isRoot,
      policies: policies.map(explained),
      ...(boundary ? { boundary: explained(boundary) } : {}),
    });
  }

  async held(held: Held): Promise<ExplainedPolicy> {
    return named(held, await this.#get(held));
  }

  /** The policy that narrows a credential, if one does. */
  ofSession(identity: Identity): ExplainedPolicy[] {
    if (identity.kind !== 'user' || identity.sessionPolicy === '') return [];
    const text = identity.sessionPolicy;
    const named = { policyId: 'session', policyName: 'session policy', version: 0, via: 'session' };
    return [{ ...named, ...explainable(readable(text), text) }];
  }

  async #get({ policyId, version }: PolicyRef): Promise<Explainable> {
    const key = `${policyId}.${version}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const document = (await this.#policies.document({ policyId, version })) ?? '';
    const policy = explainable(readable(document), document);
    this.#kept.set(key, policy);
    return policy;
  }
}

function named({ policyId, version, policyName, via }: Held, policy: Explainable): ExplainedPolicy {
  return { policyId: String(policyId), version, policyName, via, ...policy };
}

/** The same verdict as when decisions are made: what cannot be read denies. */
function readable(document: string): Policy | undefined {
  try {
    return parsePolicy(document);
  } catch {
    return undefined;
  }
}
