import { conditionsMet } from './compiled-condition.ts';
import { type ContextValues, RequestKeys, ResourceKeys, type Tags } from './condition-keys.ts';
import type { Effect } from './parse.ts';
import { type CompiledPrincipal, compilePrincipal, type Principal, type Rule } from './principal.ts';
import { coversResource, type ResourceName } from './resource.ts';
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
  const { variables } = principal;
  const shared = new RequestKeys(request.context, request.requestTags, variables);
  const rules = rulesFor(principal, request.action);
  let allowed = request.resources.length > 0;
  const resources = request.resources.map((asked) => {
    const name = resourceAsked(principal, asked);
    const decision: ResourceDecision =
      name === undefined
        ? { resource: asked.name, outcome: 'implicit_deny' }
        : verdict(asked.name, rules, { name, keys: new ResourceKeys(shared, asked.tags, asked.attributes), variables });
    if (decision.outcome !== 'allowed') allowed = false;
    return decision;
  });
  return { allowed, resources };
}

/** The resource taken apart; undefined if it is malformed, or another account's where that may not be. */
export function resourceAsked(
  { names }: CompiledPrincipal,
  { name: text, anyAccount }: RequestedResource,
): ResourceName | '*' | undefined {
  if (text === '*') return text;
  const name = names.read(text);
  return name?.foreign && !anyAccount ? undefined : name;
}

/** Actions are the same for every resource of a request, so they are looked at once. */
function rulesFor({ unreadable, grants, limits }: CompiledPrincipal, action: string) {
  const granting = grants?.about(action);
  const limiting = limits.map((limit) => limit.about(action));
  return {
    unreadable,
    deny:
      limiting.length === 0 && granting
        ? granting.deny
        : [...(granting?.deny ?? []), ...limiting.flatMap(({ deny }) => deny)],
    /** Of each of these one must match. */
    limits: limiting.map(({ allow }) => allow),
    /** And of these; undefined for root, who needs none. */
    grants: granting?.allow,
  };
}

/** One resource's question, in the form that statements are compared with. */
interface Question {
  readonly name: ResourceName | '*';
  readonly keys: ResourceKeys;
  readonly variables: Variables;
}

function verdict(resource: string, rules: ReturnType<typeof rulesFor>, question: Question): ResourceDecision {
  if (rules.unreadable) {
    const { policyId, version } = rules.unreadable;
    return { resource, outcome: 'explicit_deny', policyId, version };
  }
  const denied = firstMatch(rules.deny, 'deny', question);
  if (denied) return because(denied, 'explicit_deny', resource);
  for (const limit of rules.limits) {
    if (!firstMatch(limit, 'allow', question)) return { resource, outcome: 'implicit_deny' };
  }
  if (rules.grants === undefined) return { resource, outcome: 'allowed' };
  const granted = firstMatch(rules.grants, 'allow', question);
  return granted ? because(granted, 'allowed', resource) : { resource, outcome: 'implicit_deny' };
}

function because({ policy, statement }: Rule, outcome: Outcome, resource: string): ResourceDecision {
  return { resource, outcome, policyId: policy.policyId, version: policy.version, statementIndex: statement.index };
}

function firstMatch(rules: readonly Rule[], effect: Effect, { name, keys, variables }: Question): Rule | undefined {
  for (const rule of rules) {
    const { resources, conditions } = rule.statement;
    for (const pattern of resources) {
      if (!coversResource(pattern, name, variables)) continue;
      if (conditionsMet(conditions, keys, variables, effect)) return rule;
      break;
    }
  }
  return undefined;
}
