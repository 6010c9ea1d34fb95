import { parseAction } from './actions.ts';
import { type Condition, parseConditions } from './condition.ts';
import { itemsOf, type Located, type PolicyDocument } from './document.ts';
import { isObject, type JsonObject } from './json.ts';
import type { JsonPath } from './positions.ts';
import { type Principals, parsePrincipals } from './principals.ts';
import { given, type PolicyFault } from './refusals.ts';
import { resourceFault } from './resource.ts';
import { searchesInside } from './wildcard.ts';

export type Effect = 'allow' | 'deny';

/** A statement taken apart, each piece with its place. What of it is at fault has been reported and is missing. */
export interface DraftStatement {
  readonly path: JsonPath;
  readonly effect: Effect | undefined;
  readonly actions: readonly Located<string>[];
  readonly resources: readonly Located<string>[];
  readonly conditions: readonly Located<Condition>[];
  /** Only trust policies have them. */
  readonly principals: Principals | undefined;
  /** Whether nothing of it is at fault. */
  readonly sound: boolean;
}

export interface DraftOptions {
  /** The only root that resources may name. */
  readonly account: string | undefined;
  /** Whether it is the trust policy of a role: `principal` is wanted and `resource` may be left out. */
  readonly trust: boolean;
}

/** Reads every element of a document, and reports to it every fault there is. */
export function readStatements(document: PolicyDocument, options: DraftOptions): readonly DraftStatement[] {
  const { value, report } = document;
  refuseStrangers(value, ['version', 'principal', 'statement'], 'PolicyDocumentError', [], document);
  if (value.version !== '2.0') {
    report('VersionError', ['version'], `must be \`"2.0"\`, was ${given(value.version)}`);
  }
  if (!options.trust) refusePrincipal(value, [], document);
  const statements = itemsOf(value.statement, []);
  if (statements.length === 0) {
    report('StatementError', ['statement'], `must hold at least one statement, was ${given(value.statement)}`);
  }
  const drafts = statements.flatMap(({ value: statement }, i) => {
    const path = ['statement', i];
    if (isObject(statement)) return [readStatement(statement, path, document, options)];
    report('StatementError', path, `must be an object, was ${given(statement)}`);
    return [];
  });
  limitSearches(drafts, document);
  return drafts;
}

/** Each is searched for in as many as 50 tags: with more of them a policy could take long to decide. */
const MOST_SEARCHES = 10;

/** Limits what `string_like` has to search for; a value with one star only is held against the ends of a text. */
function limitSearches(drafts: readonly DraftStatement[], { report }: PolicyDocument): void {
  const searches = drafts
    .flatMap(({ conditions }) => conditions)
    .filter(({ value }) => value.operator.endsWith('_like'))
    .flatMap(({ value, path }) => value.values.filter(searchesInside).map(() => path));
  if (searches.length <= MOST_SEARCHES) return;
  const what = `may hold at most ${MOST_SEARCHES} values of string_like with text between two stars in one policy`;
  report('ConditionContentError', searches[MOST_SEARCHES]!, `${what}, are ${searches.length}`);
}

const ELEMENTS = ['effect', 'action', 'resource', 'condition', 'principal'];

function readStatement(
  statement: JsonObject,
  path: JsonPath,
  document: PolicyDocument,
  { account, trust }: DraftOptions,
): DraftStatement {
  const { report, faults } = document;
  const faultsBefore = faults.length;
  refuseStrangers(statement, ELEMENTS, 'StatementError', path, document);
  if (!trust) refusePrincipal(statement, path, document);
  const { effect, action, resource, condition, principal } = statement;
  const known = effect === 'allow' || effect === 'deny' ? effect : undefined;
  if (known === undefined) {
    report('EffectError', [...path, 'effect'], `must be allow or deny, was ${given(effect)}`);
  }
  const actions = readActions(action, [...path, 'action'], document);
  const resources =
    trust && resource === undefined
      ? [{ value: '*', path }]
      : readResources(resource, [...path, 'resource'], account, document);
  const conditions = parseConditions(condition, [...path, 'condition'], report);
  const principals = trust ? readPrincipals(principal, path, document) : undefined;
  return { path, effect: known, actions, resources, conditions, principals, sound: faults.length === faultsBefore };
}

/** An element we do not know could narrow or widen the rest (`not_action`), so it is never skipped. */
function refuseStrangers(
  object: JsonObject,
  known: readonly string[],
  code: PolicyFault,
  path: JsonPath,
  { report }: PolicyDocument,
): void {
  for (const name of Object.keys(object)) {
    if (known.includes(name)) continue;
    report(code, [...path, name], `must be one of ${known.join(', ')}, was ${given(name)}`, 'name');
  }
}

function refusePrincipal({ principal }: JsonObject, path: JsonPath, { report }: PolicyDocument): void {
  if (principal === undefined) return;
  report('PrincipalError', [...path, 'principal'], 'belongs into the trust policy of a role', 'name');
}

/** A statement's own principals, or those that stand at policy level for all of them (CAM section 2). */
function readPrincipals(own: unknown, path: JsonPath, { value, report }: PolicyDocument): Principals | undefined {
  const shared = value.principal;
  return own === undefined && shared !== undefined
    ? parsePrincipals(shared, ['principal'], report)
    : parsePrincipals(own, [...path, 'principal'], report);
}

function readActions(element: unknown, path: JsonPath, { report }: PolicyDocument): Located<string>[] {
  const items = itemsOf(element, path);
  if (items.length === 0) report('ActionMiss', path, `must name at least one action, was ${given(element)}`);
  return items.flatMap(({ value: one, path: place }) => {
    const value = typeof one === 'string' ? parseAction(one) : undefined;
    if (value !== undefined) return [{ value, path: place }];
    report('ActionError', place, `must be \`*\` or such as \`tat:RunCommand\`, was ${given(one)}`);
    return [];
  });
}

function readResources(
  element: unknown,
  path: JsonPath,
  account: string | undefined,
  { report }: PolicyDocument,
): Located<string>[] {
  const items = itemsOf(element, path);
  if (items.length === 0)
    report('ResourceError', path, `must name at least one resource or \`*\`, was ${given(element)}`);
  return items.flatMap(({ value: one, path: place }) => {
    if (typeof one !== 'string') {
      report('ResourceError', place, `must be text, was ${given(one)}`);
      return [];
    }
    const value = one.trim();
    const fault = resourceFault(value, account);
    if (fault === undefined) return [{ value, path: place }];
    report(fault[0], place, fault[1]);
    return [];
  });
}
