import type { PlanRule, PlanTest, ResourcePlan } from '@muster/kernel';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { UNICODE_LOWER } from './open.ts';
import type { TagColumns } from './tag-filter.ts';

/** Where a query finds what a plan speaks of. Columns are written `table.column`, as the query around the filter names them. */
export interface PlanColumns {
  /** What stands before the id in the last segment of the resource's name: `command/`. */
  readonly pathPrefix: string;
  readonly id: string;
  /** Absent where the resources have no tags. */
  readonly tags?: TagColumns;
  /** Columns by condition key, such as `qcs:create_uin`; null where a row has no such attribute. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** SQL, or what it is known to be without asking. */
type Condition = RawBuilder<SqlBool> | boolean;

const TAGS = 'qcs:resource_tag';

/**
 * True for exactly those rows that the plan allows; the plan's meaning is `planAllows` of libs/policy. Texts in the columns must not
 * hold NUL, at which SQLite's patterns end.
 */
export function planFilter(plan: ResourcePlan, columns: PlanColumns): RawBuilder<SqlBool> {
  return literal(planCondition(plan, columns));
}

function planCondition({ kind, allOf, noneOf }: ResourcePlan, columns: PlanColumns): Condition {
  if (kind !== 'conditional') return kind === 'always';
  const matches = (rules: readonly PlanRule[]) => any(rules.map((rule) => ruleCondition(rule, columns)));
  return all([...allOf.map(matches), not(matches(noneOf))]);
}

function ruleCondition({ paths, tests }: PlanRule, columns: PlanColumns): Condition {
  return all([
    paths.length === 0 || pathCondition(paths, columns),
    ...tests.map((test) => testCondition(test, columns)),
  ]);
}

/** Ids are compared where the pattern begins with the prefix, so that the column's index serves; else the whole path is put together. */
function pathCondition(paths: PlanRule['paths'], { pathPrefix, id }: PlanColumns): Condition {
  const begins = (pieces: readonly string[]) => pieces[0]!.startsWith(pathPrefix);
  const ofIds = paths.filter(begins).map(([head, ...rest]) => [head!.slice(pathPrefix.length), ...rest]);
  const ofPaths = paths.filter((pieces) => !begins(pieces));
  const path = sql<string>`(${pathPrefix} || ${sql.ref(id)})`;
  // without a star, a path that does not begin with the prefix is another kind's
  const patterns = ofPaths.filter((pieces) => pieces.length > 1);
  return any([fitsAny(sql.ref(id), ofIds), fitsAny(path, patterns)]);
}

function testCondition(test: PlanTest, columns: PlanColumns): Condition {
  const { key } = test;
  if (key === TAGS || key.startsWith(`${TAGS}/`)) return tagCondition(test, columns);
  const column = columns.attributes?.[key];
  if (test.operator === 'null_equal') {
    return nullCondition(test, column === undefined || sql<SqlBool>`ifnull(${sql.ref(column)}, '') = ''`);
  }
  const satisfied = column === undefined ? test.ifExist : satisfies(test, sql.ref(column));
  if (column === undefined) return satisfied;
  return sql<SqlBool>`case when ${sql.ref(column)} is null then ${literal(test.ifExist)} else ${literal(satisfied)} end`;
}

function tagCondition(test: PlanTest, { tags }: PlanColumns): Condition {
  const one = test.key.length > TAGS.length ? test.key.slice(TAGS.length + 1) : undefined;
  const value =
    one === undefined ? sql<string>`(plan_tag.tag_key || '&' || plan_tag.tag_value)` : sql<string>`plan_tag.tag_value`;
  const exists = (condition: Condition): Condition => {
    if (tags === undefined || condition === false) return false;
    const owner = sql.ref(`plan_tag.${tags.owner}`);
    const chosen = all([
      sql<SqlBool>`${owner} = ${sql.ref(tags.of)}`,
      one === undefined || sql<SqlBool>`plan_tag.tag_key = ${one}`,
      condition,
    ]);
    return sql<SqlBool>`exists (select 1 from ${sql.table(tags.table)} as plan_tag where ${literal(chosen)})`;
  };
  if (test.operator === 'null_equal') return nullCondition(test, not(exists(sql<SqlBool>`${value} <> ''`)));
  const satisfied = satisfies(test, value);
  const missing = not(exists(true));
  const met = test.everyValue ? not(exists(not(satisfied))) : exists(satisfied);
  // "every" holds for a resource without the key as well, which is for `ifExist` alone to say
  if (test.everyValue) return test.ifExist ? met : all([not(missing), met]);
  return test.ifExist ? any([missing, met]) : met;
}

/** Met when the key is missing or empty and `true` is wanted, or present and `false` is. */
function nullCondition({ values }: PlanTest, missing: Condition): Condition {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return any([all([wanted.has('true'), missing]), all([wanted.has('false'), not(missing)])]);
}

/** Whether one value satisfies an operator: it fits one of the wanted values or, for a negative operator, none. */
function satisfies({ operator, values }: PlanTest, value: RawBuilder<unknown>): Condition {
  switch (operator) {
    case 'string_equal':
    case 'binary_equal':
      return isAny(value, values);
    case 'string_not_equal':
      return not(isAny(value, values));
    case 'string_equal_ignore_case':
      return isAnyLowered(value, values);
    case 'string_not_equal_ignore_case':
      return not(isAnyLowered(value, values));
    case 'string_like':
      return fitsAny(value, values.map(piecesOf));
    case 'string_not_like':
      return not(fitsAny(value, values.map(piecesOf)));
    default:
      throw new Error(`no SQL is known for the operator ${operator}`);
  }
}

function piecesOf(pattern: string): string[] {
  return pattern.split('*');
}

function isAnyLowered(value: RawBuilder<unknown>, wanted: readonly string[]): Condition {
  const lowered = wanted.map((one) => one.toLowerCase());
  return isAny(sql`${sql.raw(UNICODE_LOWER)}(${value})`, lowered);
}

/** One parameter however many are wanted: SQLite bounds their number, and policies do not. */
function isAny(value: RawBuilder<unknown>, wanted: readonly string[]): Condition {
  const possible = wanted.filter(isStorable);
  if (possible.length === 0) return false;
  if (possible.length === 1) return sql<SqlBool>`${value} = ${possible[0]}`;
  return sql<SqlBool>`${value} in (select value from json_each(${JSON.stringify(possible)}))`;
}

/** `*` patterns as their literal pieces. A pattern without a star is the text itself. */
function fitsAny(value: RawBuilder<unknown>, patterns: readonly (readonly string[])[]): Condition {
  const exact = patterns.filter((pieces) => pieces.length === 1).map(([text]) => text!);
  const starred = patterns.filter((pieces) => pieces.length > 1 && pieces.every(isStorable));
  if (starred.some((pieces) => pieces.every((piece) => piece === ''))) return true;
  return any([isAny(value, exact), ...starred.map((pieces) => sql<SqlBool>`${value} glob ${globOf(pieces)}`)]);
}

/** In a set of its own a character stands for itself. */
function globOf(pieces: readonly string[]): string {
  return pieces.map((piece) => piece.replace(/[*?[]/g, '[$&]')).join('*');
}

/** Nothing stored has NUL in it or half a character, and SQLite would read something else into them. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function all(conditions: readonly Condition[]): Condition {
  if (conditions.includes(false)) return false;
  const open = conditions.filter((condition) => typeof condition !== 'boolean');
  return open.length === 0 ? true : joined(open, (one, other) => sql<SqlBool>`(${one} and ${other})`);
}

function any(conditions: readonly Condition[]): Condition {
  if (conditions.includes(true)) return true;
  const open = conditions.filter((condition) => typeof condition !== 'boolean');
  return open.length === 0 ? false : joined(open, (one, other) => sql<SqlBool>`(${one} or ${other})`);
}

/** A balanced tree: SQLite bounds the depth of expressions. */
function joined(
  conditions: readonly RawBuilder<SqlBool>[],
  join: (one: RawBuilder<SqlBool>, other: RawBuilder<SqlBool>) => RawBuilder<SqlBool>,
): RawBuilder<SqlBool> {
  if (conditions.length === 1) return conditions[0]!;
  const middle = conditions.length >> 1;
  return join(joined(conditions.slice(0, middle), join), joined(conditions.slice(middle), join));
}

function not(condition: Condition): Condition {
  return typeof condition === 'boolean' ? !condition : sql<SqlBool>`(not ${condition})`;
}

function literal(condition: Condition): RawBuilder<SqlBool> {
  if (typeof condition !== 'boolean') return condition;
  return condition ? sql<SqlBool>`1` : sql<SqlBool>`0`;
}
