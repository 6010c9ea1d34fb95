import { type ExplainedPolicy, type ExplainedPrincipal, explainable, parsePolicy } from '../src/index.ts';

export const ROOT = '100000000001';

export interface Rule {
  readonly effect: 'allow' | 'deny';
  readonly action?: string | readonly string[];
  readonly resource?: string | readonly string[];
  readonly condition?: object;
}

/** A policy of these statements; what a statement leaves out is everything of tat. */
export function policy(policyName: string, rules: readonly Rule[], via = 'user'): ExplainedPolicy {
  const statement = rules.map((rule) => ({ action: 'tat:*', resource: '*', ...rule }));
  const text = JSON.stringify({ version: '2.0', statement }, undefined, 2);
  return { policyId: policyName, policyName, version: 1, via, ...explainable(parsePolicy(text), text) };
}

export function unreadable(policyName: string): ExplainedPolicy {
  return { policyId: policyName, policyName, version: 1, via: 'user', ...explainable(undefined, '{') };
}

/** A sub-user with these policies. */
export function user(...policies: ExplainedPolicy[]): ExplainedPrincipal {
  return { uin: '100000000011', rootUin: ROOT, appId: '1250000000', isRoot: false, policies };
}
