import { findAction } from '../catalogue/catalogue.ts';
import type { CatalogueAction } from '../catalogue/types.ts';
import { coversResource } from '../lint/covers.ts';
import { meets } from '../lint/meeting.ts';
import type { Effect } from '../parse.ts';
import { rulesAbout } from '../policy-index.ts';
import type { Variables } from '../variables.ts';
import { actionsNamed } from './actions-named.ts';
import { type ExplainedPolicy, type ExplainedPrincipal, layersOf } from './explained-principal.ts';
import { narrower, patternFor, templatePattern } from './patterns.ts';

/** What somebody may do with one action. */
export interface EffectiveAction {
  /** `service:Name` */
  readonly action: string;
  /** Whether all of it may be done, or only what the rest says. */
  readonly kind: 'always' | 'conditional';
  /** Resources that are allowed, six segments or `*`; an empty account is the own one. */
  readonly allow: readonly string[];
  /** Resources that are denied all the same. */
  readonly deny: readonly string[];
  /** Whether conditions narrow it further. */
  readonly hasConditions: boolean;
}

/** A resource that a statement speaks of, and whether only under conditions. */
interface Spoken {
  readonly pattern: string;
  readonly conditional: boolean;
}

/**
 * Every action that is not denied outright, by service and name: those of the catalogue, and those that a policy names
 * of services that are catalogued in part or not at all.
 */
export function effective(principal: ExplainedPrincipal, service = ''): EffectiveAction[] {
  const layers = layersOf(principal).map(({ policies }) => policies);
  if (layers.flat().some(({ written }) => written === undefined)) return [];
  const variables = { uin: principal.uin, owner_uin: principal.rootUin, app_id: principal.appId };
  const actions = actionsNamed(layers.flat()).filter((action) => service === '' || action.startsWith(`${service}:`));
  return actions.flatMap((action) => {
    const found = effectiveAction(action, layers, variables);
    return found ? [found] : [];
  });
}

function effectiveAction(
  action: string,
  layers: readonly (readonly ExplainedPolicy[])[],
  variables: Variables,
): EffectiveAction | undefined {
  const known = findAction(action);
  const denied = layers.flatMap((policies) => spoken(policies, 'deny', action, known, variables));
  // root has no layer of grants: everything is its own, until a session policy narrows it
  const [first = [EVERYTHING], ...rest] = layers.map((policies) => spoken(policies, 'allow', action, known, variables));
  const allowed = rest.reduce<Spoken[]>(inBoth, first).filter(({ pattern }) => !isDeniedWhole(pattern, denied));
  if (allowed.length === 0) return undefined;
  const deny = denied.filter(({ pattern }) => allowed.some((one) => narrower(one.pattern, pattern) !== undefined));
  const whole = deny.length === 0 && isWhole(allowed, known);
  return {
    action,
    kind: whole ? 'always' : 'conditional',
    allow: [...new Set(allowed.map(({ pattern }) => pattern))],
    deny: [...new Set(deny.map(({ pattern }) => pattern))],
    hasConditions: !whole && [...allowed, ...deny].some(({ conditional }) => conditional),
  };
}

const EVERYTHING: Spoken = { pattern: '*', conditional: false };

/** What the statements about an action speak of, as far as the action has to do with it. */
function spoken(
  policies: readonly ExplainedPolicy[],
  effect: Effect,
  action: string,
  known: CatalogueAction | undefined,
  variables: Variables,
): Spoken[] {
  return policies.flatMap((policy) =>
    rulesAbout(action, policy)[effect].flatMap(({ statement: { index, conditions } }) =>
      policy
        .written!.statements[index]!.resources.map((text) => patternFor(text, variables))
        .filter((pattern) => concerns(pattern, known))
        .map((pattern) => ({ pattern, conditional: conditions.length > 0 })),
    ),
  );
}

function concerns(pattern: string, known: CatalogueAction | undefined): boolean {
  if (pattern === '*' || known === undefined) return true;
  return !known.operationLevel && known.resources.some((template) => meets(pattern, template));
}

function inBoth(ones: readonly Spoken[], others: readonly Spoken[]): Spoken[] {
  return ones.flatMap((one) =>
    others.flatMap((other) => {
      const pattern = narrower(one.pattern, other.pattern);
      return pattern === undefined ? [] : [{ pattern, conditional: one.conditional || other.conditional }];
    }),
  );
}

function isDeniedWhole(pattern: string, denied: readonly Spoken[]): boolean {
  return denied.some((deny) => !deny.conditional && coversResource(deny.pattern, pattern));
}

/** Whether nothing that the action can be about is left out. */
function isWhole(allowed: readonly Spoken[], known: CatalogueAction | undefined): boolean {
  const patterns = allowed.filter(({ conditional }) => !conditional).map(({ pattern }) => pattern);
  if (patterns.includes('*')) return true;
  if (known === undefined || known.operationLevel) return false;
  return known.resources
    .map(templatePattern)
    .every((whole) => patterns.some((pattern) => coversResource(pattern, whole)));
}
