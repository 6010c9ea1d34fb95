import { invalid } from '@muster/kernel';
import { quote } from './quote.ts';

export const LIMIT_DEFAULT = 20;
export const LIMIT_MAX = 100;
export const IDS_MAX = 100;
export const FILTERS_MAX = 10;
export const FILTER_VALUES_MAX = 5;
/** Filters of this form carry a literal tag key after the colon. */
const TAG_FILTER_PREFIX = 'tag:';

/** TAT's Filter: its values combine with OR, several filters with AND. */
export interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** A page of a list: skip `offset` rows, then at most `limit`. */
export interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** What a Describe call was given; absent means not given. */
export interface GivenSelection {
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** What a filter accepts: some values, any, or those that a check (of ids) does not throw for, with the action's own code. */
export type FilterValues = readonly string[] | 'any' | ((value: string, field: string) => unknown);

/** What one Describe action accepts (spec section 8). */
export interface SelectionRules {
  /** The field that carries the ids, such as `CommandIds`. */
  readonly idsField: string;
  /** Throws for a malformed id, with the action's own code. */
  readonly checkId: (id: string, field: string) => unknown;
  /** The code for over 100 ids, where the action declares another than InvalidParameterValue.LimitExceeded. */
  readonly tooManyIds?: string;
  /** Filter names, each with what it accepts. */
  readonly filters: Readonly<Record<string, FilterValues>>;
  /** Whether `tag:<key>` is a filter too. */
  readonly tagFilters?: boolean;
}

/** A checked selection: by ids, by filters, or everything; never by both. */
export interface Selection extends Page {
  readonly ids: readonly string[];
  readonly filters: readonly Filter[];
}

/**
 * Checks the selection of a Describe call. Refusals: InvalidParameter.ConflictParameter for ids together with filters,
 * InvalidParameterValue.LimitExceeded for over 100 ids (unless the rules say otherwise) or 10 filters, LimitExceeded.FilterValueExceeded for over 5
 * values, InvalidParameterValue.InvalidFilter for an unknown filter or value, InvalidParameterValue for Limit and Offset, and those of the rules' checks.
 */
export function checkSelection(given: GivenSelection, rules: SelectionRules): Selection {
  const { ids, filters } = given;
  if (ids.length > 0 && filters.length > 0) {
    throw invalid('InvalidParameter.ConflictParameter', rules.idsField, 'excludes Filters, both were given');
  }
  checkLength(rules.idsField, ids.length, IDS_MAX, rules.tooManyIds);
  for (const id of ids) rules.checkId(id, rules.idsField);
  checkLength('Filters', filters.length, FILTERS_MAX);
  for (const filter of filters) checkFilter(filter, rules);
  return { ids, filters, ...checkPage(given) };
}

/** Limit 1 to 100, 20 when not given; Offset from 0, 0 when not given. Refusal: InvalidParameterValue. */
export function checkPage(given: { limit?: number | undefined; offset?: number | undefined }): Page {
  const { limit = LIMIT_DEFAULT, offset = 0 } = given;
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw invalid('InvalidParameterValue', 'Limit', `must be 1 to ${LIMIT_MAX}, was ${limit}`);
  }
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw invalid('InvalidParameterValue', 'Offset', `must be 0 or more, was ${offset}`);
  }
  return { limit, offset };
}

function checkLength(field: string, length: number, max: number, reason = 'InvalidParameterValue.LimitExceeded'): void {
  if (length <= max) return;
  throw invalid(reason, field, `must be at most ${max}, was ${length}`);
}

function checkFilter({ name, values }: Filter, rules: SelectionRules): void {
  const accepted = acceptedValues(name, rules);
  if (accepted === undefined) {
    const known = [...Object.keys(rules.filters), ...(rules.tagFilters ? [`${TAG_FILTER_PREFIX}<key>`] : [])].join(
      ', ',
    );
    throw invalid('InvalidParameterValue.InvalidFilter', 'Filters', `must be named ${known}, one is ${quote(name)}`);
  }
  if (values.length === 0) {
    throw invalid(
      'InvalidParameterValue.InvalidFilter',
      'Filters',
      `must have 1 to ${FILTER_VALUES_MAX} values, ${quote(name)} has none`,
    );
  }
  if (values.length > FILTER_VALUES_MAX) {
    throw invalid(
      'LimitExceeded.FilterValueExceeded',
      'Filters',
      `must have 1 to ${FILTER_VALUES_MAX} values, ${quote(name)} has ${values.length}`,
    );
  }
  if (accepted === 'any') return;
  if (typeof accepted === 'function') {
    for (const value of values) accepted(value, `Filters.${name}`);
    return;
  }
  for (const value of values) {
    if (accepted.includes(value)) continue;
    throw invalid(
      'InvalidParameterValue.InvalidFilter',
      'Filters',
      `${quote(name)} must be ${accepted.join(' or ')}, one is ${quote(value)}`,
    );
  }
}

function acceptedValues(name: string, rules: SelectionRules): FilterValues | undefined {
  if (Object.hasOwn(rules.filters, name)) return rules.filters[name];
  const tag = rules.tagFilters && name.startsWith(TAG_FILTER_PREFIX) && name.length > TAG_FILTER_PREFIX.length;
  return tag ? 'any' : undefined;
}

/** The tag that a checked filter wants, which is `tag-key`, `tag-value` or `tag:<key>`: see {@link SelectionRules.tagFilters}. */
export function wantedTag({ name, values }: Filter): {
  part: 'key' | 'value';
  values: readonly string[];
  key?: string;
} {
  if (name === 'tag-key') return { part: 'key', values };
  if (name === 'tag-value') return { part: 'value', values };
  return { part: 'value', values, key: name.slice(TAG_FILTER_PREFIX.length) };
}
