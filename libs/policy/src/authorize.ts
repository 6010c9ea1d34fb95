import { coversAction, namesOfAction } from './actions.ts';
import { type CompiledPolicy, type CompiledStatement, UNREADABLE_POLICY } from './compile.ts';
import { conditionsMet } from './condition.ts';
import { type ContextValue, type KeyLookup, requestKeys, resourceKeys, type Tags } from './condition-keys.ts';
import type { Effect } from './parse.ts';
import { coversResource, parseResourceName, type ResourceName } from './resource.ts';
import type { Variables } from './variables.ts';

/** A policy in force for a principal, and under which name a decision is to report it. */
export interface AttachedPolicy {
  readonly policyId: string;
  readonly version: number;
  readonly compiled: CompiledPolicy | typeof UNREADABLE_POLICY;
}

/** Who asks. How the policies came to them (directly, through a group) plays no part. */
export interface Principal {
  readonly uin: string;
  /** The account: the root that owns the principal and everything it may touch. */
  readonly rootUin: string;
  /** The account's appid; stands for `${app_id}` and owns the `uid/` resources of COS and CAS. */
  readonly appId: string;
  /** Root may do everything to its own account's resources; its policies are not consulted. */
  readonly isRoot: boolean;
  readonly policies: readonly AttachedPolicy[];
  /** Rights are what the policies and the boundary both allow. Grants nothing by itself. */
  readonly boundary?: AttachedPolicy;
  /** Policies of a temporary credential; each one must allow as well, also for root. */
  readonly sessionPolicies?: readonly AttachedPolicy[];
}

/** What is asked about one resource. */
export interface RequestedResource {
  /** Six segments, an empty account meaning the caller's; or `*` for an operation-level action. */
  readonly name: string;
  readonly tags?: Tags;
}

export interface AccessRequest {
  /** `tat:RunCommand` */
  readonly action: string;
  readonly resources: readonly RequestedResource[];
  /** Condition keys such as `qcs:ip` and `qcs:current_time` (ISO 8601). Tags and uins come from elsewhere. */
  readonly context?: Readonly<Record<string, ContextValue>>;
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

type Verdict = Omit<ResourceDecision, 'resource'>;

/**
 * Decides by CAM section 8: deny by default, a matching deny beats every allow, boundary and session policies only
 * narrow, nothing reaches into another account. Pure: time, address and tags come in with the request.
 */
export function authorize(principal: Principal, request: AccessRequest): Decision {
  const variables: Variables = { uin: principal.uin, owner_uin: principal.rootUin, app_id: principal.appId };
  const shared = requestKeys(request.context ?? {}, request.requestTags ?? {}, variables);
  const rules = rulesFor(principal, namesOfAction(request.action));
  const resources = request.resources.map(({ name: text, tags = {} }) => {
    const name = ownResource(text, principal);
    const verdict: Verdict =
      name === undefined
        ? { outcome: 'implicit_deny' }
        : decide(rules, { name, keys: resourceKeys(shared, tags), variables });
    return { resource: text, ...verdict };
  });
  return { allowed: resources.length > 0 && resources.every(({ outcome }) => outcome === 'allowed'), resources };
}

/** What of one attached policy speaks about the requested action. */
interface Rules {
  readonly policyId: string;
  readonly version: number;
  readonly unreadable: boolean;
  readonly deny: readonly CompiledStatement[];
  readonly allow: readonly CompiledStatement[];
}

/** Actions are the same for every resource of a request, so they are looked at once. */
function rulesFor(principal: Principal, actions: readonly string[]) {
  const rules = ({ policyId, version, compiled }: AttachedPolicy): Rules => {
    if (compiled === UNREADABLE_POLICY) return { policyId, version, unreadable: true, deny: [], allow: [] };
    const naming = (statement: CompiledStatement) => coversAction(statement.actions, actions);
    return {
      policyId,
      version,
      unreadable: false,
      deny: compiled.deny.filter(naming),
      allow: compiled.allow.filter(naming),
    };
  };
  const { boundary, sessionPolicies = [], isRoot, policies } = principal;
  return {
    isRoot,
    grants: isRoot ? [] : policies.map(rules),
    limits: [...(boundary ? [boundary] : []), ...sessionPolicies].map(rules),
  };
}

/** One resource's question, in the form that statements are compared with. */
interface Question {
  readonly name: ResourceName | '*';
  readonly keys: KeyLookup;
  readonly variables: Variables;
}

/** The resource taken apart; undefined if it is malformed or belongs to another account. */
function ownResource(text: string, { rootUin, appId }: Principal): ResourceName | '*' | undefined {
  if (text === '*') return '*';
  const own = `uin/${rootUin}`;
  const name = parseResourceName(text, own);
  return name?.account === own || name?.account === `uid/${appId}` ? name : undefined;
}

function decide({ isRoot, grants, limits }: ReturnType<typeof rulesFor>, question: Question): Verdict {
  for (const rules of [...grants, ...limits]) {
    const { policyId, version } = rules;
    if (rules.unreadable) return { outcome: 'explicit_deny', policyId, version };
    const hit = rules.deny.find((statement) => matches(statement, 'deny', question));
    if (hit) return { outcome: 'explicit_deny', policyId, version, statementIndex: hit.index };
  }
  if (!limits.every((limit) => firstAllow([limit], question))) return { outcome: 'implicit_deny' };
  return isRoot ? { outcome: 'allowed' } : (firstAllow(grants, question) ?? { outcome: 'implicit_deny' });
}

function firstAllow(all: readonly Rules[], question: Question): Verdict | undefined {
  for (const { policyId, version, allow } of all) {
    const hit = allow.find((statement) => matches(statement, 'allow', question));
    if (hit) return { outcome: 'allowed', policyId, version, statementIndex: hit.index };
  }
  return undefined;
}

function matches(statement: CompiledStatement, effect: Effect, { name, keys, variables }: Question): boolean {
  return (
    statement.resources.some((pattern) => coversResource(pattern, name, variables)) &&
    conditionsMet(statement.conditions, keys, { variables, unreadable: effect === 'deny' })
  );
}
