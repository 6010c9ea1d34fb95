import type { PlanRule, PlanTest, ResourcePlan } from '@muster/kernel';
import type { RequestedResource } from './authorize.ts';
import { compileCondition } from './compiled-condition.ts';
import { type ContextValues, isResourceKey, RequestKeys, ResourceKeys } from './condition-keys.ts';
import type { Effect } from './parse.ts';
import type { Rules } from './policy-index.ts';
import type { CompiledPrincipal } from './principal.ts';
import { coversPlace, pathWildcard, type ResourceName, type ResourcePattern } from './resource.ts';
import { ResourceNames } from './resource-names.ts';
import { compileTemplate, fillIn, type Variables } from './variables.ts';
import { matchWildcard, type Wildcard } from './wildcard.ts';

/** Which resources of one kind may an action touch? */
export interface PlanQuery {
  readonly action: string;
  /** The kind: six segments, the last one ending in a star for the id: `qcs::tat:ap-guangzhou::command/*`. */
  readonly resource: string;
  /** Condition keys of the request as a whole. */
  readonly context?: ContextValues;
}

const ALWAYS: ResourcePlan = { kind: 'always', allOf: [], noneOf: [] };
const NEVER: ResourcePlan = { kind: 'never', allOf: [], noneOf: [] };

/**
 * What `decide` would answer for every resource of a kind, in a form that a list query can take in. Everything known
 * for the whole request is decided here; what is left are the resource's path, its tags and its `RESOURCE_KEYS`.
 */
export function plan(principal: CompiledPrincipal, { action, resource, context }: PlanQuery): ResourcePlan {
  const { unreadable, grants, limits, variables, accounts } = principal;
  const kind = resource.endsWith('*') ? new ResourceNames(accounts).read(resource) : undefined;
  if (kind === undefined || kind.foreign || unreadable !== undefined) return NEVER;
  const asked: Asked = { kind, keys: new RequestKeys(context, undefined, variables), variables };

  const all = [...(grants ? [grants] : []), ...limits].map((policies) => policies.about(action));
  const noneOf = all.flatMap((said) => planRules(said, 'deny', asked));
  const allOf = all.map((said) => planRules(said, 'allow', asked));
  if (noneOf.some(isUnconditional) || allOf.some((group) => group.length === 0)) return NEVER;
  const open = allOf.filter((group) => !group.some(isUnconditional));
  return open.length + noneOf.length === 0 ? ALWAYS : { kind: 'conditional', allOf: open, noneOf };
}

interface Asked {
  readonly kind: ResourceName;
  readonly keys: RequestKeys;
  readonly variables: Variables;
}

function isUnconditional({ paths, tests }: PlanRule): boolean {
  return paths.length + tests.length === 0;
}

function planRules(said: readonly Rules[], effect: Effect, asked: Asked): PlanRule[] {
  const rules = said.flatMap((one) => one[effect]);
  return rules.flatMap(({ statement }) => {
    const paths = planPaths(statement.resources, asked);
    if (paths === undefined) return [];
    const tests: PlanTest[] = [];
    for (const { key, met, written } of statement.conditions) {
      const withoutResource = met(asked.keys.get(key), asked.variables, effect);
      if (isResourceKey(key)) {
        const { operator, quantifier, values } = written;
        const everyValue = quantifier === undefined ? operator.includes('_not_') : quantifier === 'all';
        const filled = values.map((value) => fillIn(compileTemplate(value), asked.variables));
        tests.push({ key: key.name, operator, everyValue, ifExist: withoutResource, values: filled });
      } else if (!withoutResource) return [];
    }
    return [{ paths, tests }];
  });
}

/** The paths of the kind that the patterns cover: none at all (undefined), some, or (an empty list) every one. */
function planPaths(patterns: readonly ResourcePattern[], { kind, variables }: Asked): Wildcard[] | undefined {
  const before = kind.path.slice(0, -1);
  const paths: Wildcard[] = [];
  for (const pattern of patterns) {
    if (pattern === '*') return [];
    if (!coversPlace(pattern, kind)) continue;
    for (const part of [pattern.path, pattern.directory]) {
      const path = part && pathWildcard(part, variables);
      if (path === undefined || !canMeet(path, before)) continue;
      if (path.length > 1 && path.at(-1) === '' && matchWildcard(path, before)) return [];
      paths.push(path);
    }
  }
  return paths.length === 0 ? undefined : paths;
}

/** Whether the pattern covers anything that begins so. Behind its first star anything may follow. */
function canMeet([head, ...rest]: Wildcard, before: string): boolean {
  return head!.startsWith(before) || (rest.length > 0 && before.startsWith(head!));
}

/** What a plan means for one resource of its kind. List queries say the same in SQL. */
export function planAllows(plan: ResourcePlan, { name, tags, attributes }: RequestedResource): boolean {
  if (plan.kind !== 'conditional') return plan.kind === 'always';
  const path = name.split(':').slice(5).join(':');
  const keys = new ResourceKeys(NO_KEYS, tags, attributes);
  const matches = ({ paths, tests }: PlanRule) =>
    (paths.length === 0 || paths.some((pieces) => matchWildcard(pieces, path))) &&
    tests.every((test) => holds(test, keys));
  return plan.allOf.every((group) => group.some(matches)) && !plan.noneOf.some(matches);
}

const NO_VARIABLES: Variables = { uin: '', owner_uin: '', app_id: '' };
const NO_KEYS = new RequestKeys(undefined, undefined, NO_VARIABLES);

function holds({ key, operator, everyValue, ifExist, values }: PlanTest, keys: ResourceKeys): boolean {
  const condition = compileCondition({ key, operator, ifExist, values, quantifier: everyValue ? 'all' : 'any' });
  const given = keys.get(condition.key);
  return given.missing ? ifExist : condition.met(given, NO_VARIABLES, 'allow');
}
