/**
 * The CAM policy engine: JSON text in, decisions out, nothing else. No I/O, no clock, no randomness.
 *
 * ```ts
 * const compiled = compilePolicy(parsePolicy(text)); // throws a Refusal with CAM's linter code
 * const caller = { uin, rootUin, appId, isRoot: false, policies: [{ policyId: '7', version: 1, compiled }] };
 * const principal = compilePrincipal(caller); // good for as long as the caller's policies are the same
 * decide(principal, { action: 'tat:ModifyCommand', resources: [{ name: commandResource(region, id), tags }] });
 * // { allowed: true, resources: [{ outcome: 'allowed', policyId: '7', version: 1, statementIndex: 0, … }] }
 * plan(principal, { action: 'tat:DescribeCommands', resource: 'qcs::tat:ap-guangzhou::command/*' });
 * // what `decide` would allow of them all, for a list query: ALWAYS, NEVER, or paths and tests of tags
 * ```
 *
 * Where the rules come from: the CAM documents as digested in section numbers throughout (grammar 2, actions 3,
 * resources 4 and 5, conditions 6, variables 7, evaluation 8, limits 10, linter codes 14.1, ambiguities 15).
 * Everything that is unclear closes: an element or a variable that nobody knows is refused when a policy is read, a
 * stored policy that cannot be read denies (`UNREADABLE_POLICY`), a request value of the wrong type meets no allow and
 * every deny. No pattern of a policy ever becomes a RegExp, so no policy can make a decision slow; what is kept between
 * decisions is which statements speak of an action, never a decision.
 *
 * `tests/naive.ts` is the same semantics in under 100 plain lines; a million random questions hold the two against each
 * other in every test run, and both decide every case of `scenarios/cam-vectors.json`.
 */
export { parseAction } from './actions.ts';
export {
  type AccessRequest,
  authorize,
  type Decision,
  decide,
  type Outcome,
  type RequestedResource,
  type ResourceDecision,
} from './authorize.ts';
export { CATALOGUE, findAction, findService } from './catalogue/catalogue.ts';
export { GENERAL_KEYS } from './catalogue/general-keys.ts';
export type { AccessLevel, CatalogueAction, ConditionKey, KeyType, ServiceCatalogue } from './catalogue/types.ts';
export { type CompiledPolicy, compilePolicy, UNREADABLE_POLICY } from './compile.ts';
export { type ContextValue, type ContextValues, RESOURCE_KEYS, type Tags } from './condition-keys.ts';
export { type Change, findChanges, type Search } from './explain/changes.ts';
export { type EffectiveAction, effective } from './explain/effective.ts';
export {
  type ExplainedMiss,
  type Explanation,
  explain,
  explainer,
  type StatementRef,
} from './explain/explain.ts';
export { type ExplainedPolicy, type ExplainedPrincipal, explainable } from './explain/explained-principal.ts';
export { type OpenAnswer, openQuestion } from './explain/open-question.ts';
export type { Finding, WarningCode } from './lint/finding.ts';
export { type Accepted, acceptPolicy, type LintOptions, type LintResult, lintPolicy } from './lint/lint-policy.ts';
export {
  MAX_POLICY_CHARACTERS,
  type ParseOptions,
  type Policy,
  parsePolicy,
  parseTrustPolicy,
  type Statement,
  type TrustPolicy,
} from './parse.ts';
export { type PlanQuery, plan, planAllows } from './plan.ts';
export type { AttachedPolicy } from './policy-index.ts';
export { PRESETS, type PresetPolicy } from './presets.ts';
export { type CompiledPrincipal, compilePrincipal, type Principal } from './principal.ts';
export { type TrustedCaller, trusts } from './trust.ts';
