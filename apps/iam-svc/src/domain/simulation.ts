import { invalid } from '@muster/kernel';
import { type ExplainedPolicy, type ExplainedPrincipal, findService, parseAction } from '@muster/policy';
import { accessLevel } from './question.ts';

/**
 * One action that may be tried: as strict as a decision where a catalogue is complete, but documents may also speak of services that
 * are not catalogued at all.
 */
export function checkTriedAction(action: string): void {
  const service = action.slice(0, action.indexOf(':'));
  const foreign = parseAction(action) === action && !action.includes('*') && findService(service) === undefined;
  if (!foreign) accessLevel(action);
}

/** The most actions and resources that one simulation takes, and documents. */
export const MOST_PAIRED = 50;
export const MOST_DOCUMENTS = 10;

/** The id of a draft that replaces nothing; `i` is its place among the drafts. */
export function newPolicyId(i: number): string {
  return `new ${i}`;
}

/** The principal as it would be if drafts were saved: each replaces the policy of its id wherever the principal has it. */
export function withDrafts(principal: ExplainedPrincipal, drafts: readonly ExplainedPolicy[]): ExplainedPrincipal {
  const draftOf = new Map(drafts.map((draft) => [draft.policyId, draft]));
  const replaced = (policy: ExplainedPolicy): ExplainedPolicy => draftOf.get(policy.policyId) ?? policy;
  const added = drafts.filter(({ policyId }) => policyId.startsWith('new '));
  return {
    ...principal,
    policies: [...principal.policies.map(replaced), ...added],
    ...(principal.boundary ? { boundary: replaced(principal.boundary) } : {}),
  };
}

/** Passes between `least` and `most` items. */
export function checkCount(field: string, count: number, { least, most }: { least: number; most: number }): void {
  if (count >= least && count <= most) return;
  throw invalid('InvalidParameterValue.LimitExceeded', field, `must be ${least} to ${most}, were ${count}`);
}
