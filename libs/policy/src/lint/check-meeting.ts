import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { CatalogueAction } from '../catalogue/types.ts';
import type { Located } from '../document.ts';
import type { DraftStatement } from '../draft.ts';
import { given } from '../refusals.ts';
import { type Expanded, expandAction } from './expand.ts';
import type { Warn } from './finding.ts';
import { meets } from './meeting.ts';

const TEMPLATES: readonly string[] = [
  ...new Set(CATALOGUE.flatMap(({ actions }) => actions.flatMap(({ resources }) => resources))),
];

/** A statement whose actions are looked up and whose resources are compared with every template there is. */
interface Surveyed {
  readonly statement: DraftStatement;
  readonly actions: readonly (Located<string> & Expanded)[];
  /** The templates that each resource meets; undefined for `*`, which is more than all of them. */
  readonly met: readonly (Located<string> & { readonly templates: ReadonlySet<string> | undefined })[];
}

/** Says where actions and resources of a policy never come together, and where they do so only by half. */
export function checkMeeting(statements: readonly DraftStatement[], warn: Warn): void {
  const surveyed = statements.map(survey);
  const missing = missingParts(surveyed);
  for (const each of surveyed) {
    if (each.met.length === 0 || onEverything(each)) continue;
    checkStatement(each, warn);
    if (each.statement.effect === 'allow') checkHalves(each, missing, warn);
  }
}

function survey(statement: DraftStatement): Surveyed {
  const actions = statement.actions.map((action) => ({ ...action, ...expandAction(action.value) }));
  const met = statement.resources.map((resource) => {
    const { value } = resource;
    const templates = value === '*' ? undefined : new Set(TEMPLATES.filter((template) => meets(value, template)));
    return { ...resource, templates };
  });
  return { statement, actions, met };
}

function onEverything({ met }: Surveyed): boolean {
  return met.some(({ templates }) => templates === undefined);
}

/** Whether one of the templates is met by a resource of the statement. */
function meetsOne({ met }: Surveyed, templates: readonly string[]): boolean {
  return met.some((resource) => templates.some((template) => resource.templates?.has(template) ?? true));
}

function checkStatement(surveyed: Surveyed, warn: Warn): void {
  const idle = surveyed.actions.filter(
    (action) => action.whole && action.actions.length > 0 && !meetsAny(surveyed, action),
  );
  for (const { value, path, actions } of idle) {
    if (actions.every(({ operationLevel }) => operationLevel)) {
      warn('NeedsEveryResource', path, `is decided on the resource \`*\` alone, is ${given(value)}`);
    } else {
      const [about] = actions.flatMap(({ resources }) => resources);
      warn('NeverMeets', path, `is never about the statement's resources but such as \`${about}\`, is ${given(value)}`);
    }
  }
  const others = surveyed.actions.filter((action) => !idle.includes(action));
  if (others.length === 0 || others.some(({ whole, actions }) => !whole || actions.length === 0)) return;
  const templates = others.flatMap(({ actions }) => actions.flatMap(({ resources }) => resources));
  for (const resource of surveyed.met) {
    if (meetsOne({ ...surveyed, met: [resource] }, templates)) continue;
    warn('NeverMeets', resource.path, `is nothing that the statement's actions are about, is ${given(resource.value)}`);
  }
}

function meetsAny(surveyed: Surveyed, { actions }: Expanded): boolean {
  return actions.some(({ resources }) => meetsOne(surveyed, resources));
}

/** A request is allowed only on all of its resources, so an allow of some kinds of them is worth nothing by itself. */
function checkHalves(surveyed: Surveyed, missing: MissingPart, warn: Warn): void {
  for (const { value, path, actions } of surveyed.actions) {
    const half = actions.find(
      (action) => missing(action) !== undefined && action.groups.some((group) => meetsOne(surveyed, group)),
    );
    if (half === undefined) continue; // one example of what a pattern matches is enough
    const both = `is decided on \`${missing(half)}\` as well, which no statement of the policy allows`;
    warn('HalfCovered', path, `is allowed by half: \`${half.name}\` ${both}; is ${given(value)}`);
  }
}

/** A template of what requests for the action must name too and no statement allows; undefined if there is none. */
type MissingPart = (action: CatalogueAction) => string | undefined;

function missingParts(all: readonly Surveyed[]): MissingPart {
  const allows = new Map<CatalogueAction, Surveyed[]>();
  for (const surveyed of all) {
    if (surveyed.statement.effect !== 'allow') continue;
    for (const action of new Set(surveyed.actions.flatMap(({ actions }) => actions))) {
      allows.set(action, [...(allows.get(action) ?? []), surveyed]);
    }
  }
  const missing = new Map<CatalogueAction, string | undefined>();
  for (const [action, allowing] of allows) {
    missing.set(action, action.groups.find((group) => !allowing.some((each) => meetsOne(each, group)))?.[0]);
  }
  return (action) => missing.get(action);
}
