import { actionNumber, MOST_ACTIONS } from './action-numbers.ts';
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
/** Actions for which it is remembered. */
const REMEMBERED_ACTIONS = 256;

/** Policies of which one allow is enough. */
export class PolicySet {
  readonly #indexes: readonly PolicyIndex[];
  readonly #merged: BoundedMemo<readonly Rules[]> | undefined;

  constructor(policies: readonly AttachedPolicy[]) {
    this.#indexes = policies.flatMap(indexOf);
    if (policies.length <= MANY_POLICIES) return;
    this.#merged = new BoundedMemo((action) => [merge(this.#askAll(action))], REMEMBERED_ACTIONS);
  }

  /** What those policies say that speak of the action at all. */
  about(action: string): readonly Rules[] {
    return this.#merged === undefined ? this.#askAll(action) : this.#merged.get(action);
  }

  #askAll(action: string): Rules[] {
    const number = actionNumber(action);
    const said: Rules[] = [];
    for (const index of this.#indexes) {
      const rules = index.about(action, number);
      if (rules !== undefined) said.push(rules);
    }
    return said;
  }
}

function merge(said: readonly Rules[]): Rules {
  return { deny: said.flatMap(({ deny }) => deny), allow: said.flatMap(({ allow }) => allow) };
}

const UNKNOWN = 0;
const SILENT = 1;

/**
 * Which rules of a policy speak of an action: never a decision, so nothing here can be out of date. A policy has few
 * different answers, so of each action only the answer's number is kept: two bytes, close together.
 */
class PolicyIndex {
  readonly policy: AttachedPolicy;
  readonly #compiled: CompiledPolicy;
  readonly #answerOf = new Uint16Array(MOST_ACTIONS);
  readonly #answers: (Rules | undefined)[] = [undefined, undefined];

  constructor(policy: AttachedPolicy, compiled: CompiledPolicy) {
    this.policy = policy;
    this.#compiled = compiled;
  }

  /** Undefined when it says nothing. */
  about(action: string, number: number | undefined): Rules | undefined {
    if (number === undefined) return this.#scan(action);
    const answer = this.#answerOf[number]!;
    return this.#answers[answer === UNKNOWN ? this.#learn(action, number) : answer];
  }

  #learn(action: string, number: number): number {
    const rules = this.#scan(action);
    const same = rules === undefined ? SILENT : this.#answers.findIndex((one) => one && isSame(one, rules));
    const answer = same < 0 ? this.#answers.push(rules) - 1 : same;
    this.#answerOf[number] = answer;
    return answer;
  }

  #scan(action: string): Rules | undefined {
    const names = namesOfAction(action);
    const speaking = (statements: readonly CompiledStatement[]) =>
      statements.flatMap((statement) =>
        coversAction(statement.actions, names) ? [{ policy: this.policy, statement }] : [],
      );
    const rules: Rules = { deny: speaking(this.#compiled.deny), allow: speaking(this.#compiled.allow) };
    return rules.deny.length + rules.allow.length === 0 ? undefined : rules;
  }
}

function isSame(one: Rules, other: Rules): boolean {
  const statements = ({ deny, allow }: Rules) => [...deny, ...allow].map(({ statement }) => statement.index).join();
  return statements(one) === statements(other);
}

/** One for each policy, whoever it is attached to: most of an account's principals share most of its policies. */
const indexes = new WeakMap<CompiledPolicy, PolicyIndex>();

/** None for a policy that cannot be read. */
function indexOf(policy: AttachedPolicy): PolicyIndex[] {
  const { policyId, version, compiled } = policy;
  if (compiled === UNREADABLE_POLICY) return [];
  const known = indexes.get(compiled);
  if (known?.policy.policyId === policyId && known.policy.version === version) return [known];
  const index = new PolicyIndex(policy, compiled);
  indexes.set(compiled, index);
  return [index];
}

const SILENCE: Rules = { deny: [], allow: [] };

/** What one policy says about an action. */
export function rulesAbout(action: string, policy: AttachedPolicy): Rules {
  return indexOf(policy)[0]?.about(action, actionNumber(action)) ?? SILENCE;
}
