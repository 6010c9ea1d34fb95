import type { CompiledStatement } from './compile.ts';
import { conditionsMet } from './compiled-condition.ts';
import { type ContextValues, RequestKeys, ResourceKeys, type Tags } from './condition-keys.ts';
import type { Effect } from './parse.ts';
import type { AttachedPolicy, Rule, Rules } from './policy-index.ts';
import { type CompiledPrincipal, compilePrincipal, type Principal } from './principal.ts';
import { coversResource, type ResourceName } from './resource.ts';
import { ResourceNames } from './resource-names.ts';
import type { Variables } from './variables.ts';

/** What is asked about one resource. */
export interface RequestedResource {
  /** Six segments, an empty account meaning the caller's; or `*` for an operation-level action. */
  readonly name: string;
  readonly tags?: Tags;
  /** The resource's other condition keys (`qcs:create_uin`, `cvm:instance_type`). They win over the context. */
  readonly attributes?: ContextValues;
  /**
   * Whether it may belong to another account: true for a role that is to be assumed, and for nothing else (CAM section 9). Patterns
   * that leave the account empty do not cover it. This is the caller's half; `trusts` is the other.
   */
  readonly anyAccount?: boolean;
}

export interface AccessRequest {
  /** `tat:RunCommand` */
  readonly action: string;
  readonly resources: readonly RequestedResource[];
  /** Condition keys such as `qcs:ip` and `qcs:current_time` (ISO 8601). Tags and uins come from elsewhere. */
  readonly context?: ContextValues;
  /** The tags that a creating request carries. */
  readonly requestTags?: Tags;
}

export type Outcome = 'allowed' | 'explicit_deny' | 'implicit_deny';

/** The verdict on one resource, and the statement that brought it about where there is one. */
export interface ResourceDecision {
  readonly resource: string;
  readonly outcome: Outcome;
  readonly policyId?: string;
  readonly version?: number;
  readonly statementIndex?: number;
}

/** The resources are in the order of the request. */
export interface Decision {
  /** Whether the request as a whole is allowed: it names a resource, and every one is allowed. */
  readonly allowed: boolean;
  readonly resources: readonly ResourceDecision[];
}

/** `decide` for a principal that asks once. */
export function authorize(principal: Principal, request: AccessRequest): Decision {
  return decide(compilePrincipal(principal), request);
}

/**
 * Decides by CAM section 8: deny by default, a matching deny beats every allow, boundary and session policies only
 * narrow, nothing reaches into another account. Pure: time, address and tags come in with the request.
 */
export function decide(principal: CompiledPrincipal, request: AccessRequest): Decision {
  const { variables, accounts, grants, limits, unreadable } = principal;
  const { action, context, requestTags } = request;
  const names = new ResourceNames(accounts);
  const shared = new RequestKeys(context, requestTags, variables);
  // actions are the same for every resource of a request, so they are looked at once
  const rules: RulesInForce = {
    unreadable,
    grants: grants?.about(action),
    limits: limits.length === 0 ? NO_LIMITS : limits.map((limit) => limit.about(action)),
  };
  let allowed = request.resources.length > 0;
  const resources = request.resources.map((asked): ResourceDecision => {
    const name = resourceAsked(principal, asked, names);
    const keys = new ResourceKeys(shared, asked.tags, asked.attributes);
    const decision: ResourceDecision =
      name === undefined
        ? { resource: asked.name, outcome: 'implicit_deny' }
        : verdict(asked.name, rules, { name, keys, variables });
    if (decision.outcome !== 'allowed') allowed = false;
    return decision;
  });
  return { allowed, resources };
}

const NO_LIMITS: RulesInForce['limits'] = [];

/** The resource taken apart; undefined if it is malformed, or another account's where that may not be. */
export function resourceAsked(
  { accounts }: CompiledPrincipal,
  { name: text, anyAccount }: RequestedResource,
  names = new ResourceNames(accounts),
): ResourceName | '*' | undefined {
  if (text === '*') return text;
  const name = names.read(text);
  return name?.foreign && !anyAccount ? undefined : name;
}

/** What a principal's policies say about the requested action. */
interface RulesInForce {
  readonly unreadable: AttachedPolicy | undefined;
  /** Undefined for root, who needs no grant. */
  readonly grants: readonly Rules[] | undefined;
  /** Of each of these one allow must match as well. */
  readonly limits: readonly (readonly Rules[])[];
}

/** One resource's question, in the form that statements are compared with. */
interface Question {
  readonly name: ResourceName | '*';
  readonly keys: ResourceKeys;
  readonly variables: Variables;
}

function verdict(resource: string, { unreadable, grants, limits }: RulesInForce, question: Question): ResourceDecision {
  if (unreadable) {
    return { resource, outcome: 'explicit_deny', policyId: unreadable.policyId, version: unreadable.version };
  }
  let denial = grants && firstMatch(grants, 'deny', question);
  for (const limit of limits) denial ??= firstMatch(limit, 'deny', question);
  if (denial) return because(denial, 'explicit_deny', resource);
  for (const limit of limits) {
    if (!firstMatch(limit, 'allow', question)) return { resource, outcome: 'implicit_deny' };
  }
  if (grants === undefined) return { resource, outcome: 'allowed' };
  const grant = firstMatch(grants, 'allow', question);
  return grant ? because(grant, 'allowed', resource) : { resource, outcome: 'implicit_deny' };
}

function because({ policy, statement }: Rule, outcome: Outcome, resource: string): ResourceDecision {
  return { resource, outcome, policyId: policy.policyId, version: policy.version, statementIndex: statement.index };
}

function firstMatch(said: readonly Rules[], effect: Effect, question: Question): Rule | undefined {
  for (const rules of said) {
    for (const rule of rules[effect]) if (matches(rule.statement, effect, question)) return rule;
  }
  return undefined;
}

function matches(
  { resources, conditions }: CompiledStatement,
  effect: Effect,
  { name, keys, variables }: Question,
): boolean {
  for (const pattern of resources) {
    if (coversResource(pattern, name, variables)) return conditionsMet(conditions, keys, variables, effect);
  }
  return false;
}
