import { coversAction, namesOfAction } from './actions.ts';
import { BoundedMemo } from './bounded-memo.ts';
import { type CompiledPolicy, type CompiledStatement, UNREADABLE_POLICY } from './compile.ts';

/** A policy in force for a principal, and under which name a decision is to report it. */
export interface AttachedPolicy {
  readonly policyId: string;
  readonly version: number;
  readonly compiled: CompiledPolicy | typeof UNREADABLE_POLICY;
}

/** A statement and the policy to report it under. */
export interface Rule {
  readonly policy: AttachedPolicy;
  readonly statement: CompiledStatement;
}

/** What is said about one action. */
export interface Rules {
  readonly deny: readonly Rule[];
  readonly allow: readonly Rule[];
}

/** From here on a look at every policy costs more than remembering, for each action, what all of them say. */
const MANY_POLICIES = 32;

/** Policies of which one allow is enough. */
export class PolicySet {
  readonly #indexes: readonly BoundedMemo<Rules>[];
  readonly #merged: BoundedMemo<readonly Rules[]> | undefined;

  constructor(policies: readonly AttachedPolicy[]) {
    this.#indexes = policies.map(indexOf);
    if (policies.length <= MANY_POLICIES) return;
    this.#merged = new BoundedMemo((action) => [merge(this.#askAll(action))], REMEMBERED_ACTIONS);
  }

  /** What those policies say that speak of the action at all. */
  about(action: string): readonly Rules[] {
    return this.#merged === undefined ? this.#askAll(action) : this.#merged.get(action);
  }

  #askAll(action: string): Rules[] {
    const said: Rules[] = [];
    for (const index of this.#indexes) {
      const rules = index.get(action);
      if (rules !== SILENCE) said.push(rules);
    }
    return said;
  }
}

function merge(said: readonly Rules[]): Rules {
  return { deny: said.flatMap(({ deny }) => deny), allow: said.flatMap(({ allow }) => allow) };
}

/** Which rules of a policy speak of an action: never a decision, so nothing here can be out of date. */
interface PolicyIndex {
  readonly policy: AttachedPolicy;
  readonly rules: BoundedMemo<Rules>;
}

/** Actions whose rules are remembered: more than the services of one account's requests have together. */
const REMEMBERED_ACTIONS = 256;

const SILENCE: Rules = { deny: [], allow: [] };

/** One for each policy, whoever it is attached to: most of an account's principals share most of its policies. */
const indexes = new WeakMap<CompiledPolicy, PolicyIndex>();

function indexOf(policy: AttachedPolicy): BoundedMemo<Rules> {
  const { policyId, version, compiled } = policy;
  if (compiled === UNREADABLE_POLICY) return new BoundedMemo(() => SILENCE, 1);
  const known = indexes.get(compiled);
  if (known?.policy.policyId === policyId && known.policy.version === version) return known.rules;
  const rules = new BoundedMemo((action) => scan(action, policy, compiled), REMEMBERED_ACTIONS);
  indexes.set(compiled, { policy, rules });
  return rules;
}

/** What one policy says about an action. */
export function rulesAbout(action: string, policy: AttachedPolicy): Rules {
  return indexOf(policy).get(action);
}

function scan(action: string, policy: AttachedPolicy, { deny, allow }: CompiledPolicy): Rules {
  const names = namesOfAction(action);
  const speaking = (statements: readonly CompiledStatement[]) =>
    statements.flatMap((statement) => (coversAction(statement.actions, names) ? [{ policy, statement }] : []));
  const rules: Rules = { deny: speaking(deny), allow: speaking(allow) };
  return rules.deny.length + rules.allow.length === 0 ? SILENCE : rules;
}
