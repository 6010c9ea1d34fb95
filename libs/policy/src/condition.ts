import { isResourceKey, keyRef, normaliseKey } from './condition-keys.ts';
import { itemsOf, type Located } from './document.ts';
import { isObject } from './json.ts';
import { comparesText, OPERATORS } from './operators.ts';
import type { JsonPath } from './positions.ts';
import { given, type Report } from './refusals.ts';
import { readBoolean } from './values.ts';
import { KNOWN_VARIABLES, unknownVariable } from './variables.ts';

/** One key under one operator, as read from a document: `for_any_value:string_equal_if_exist {key: values}`. */
export interface Condition {
  readonly quantifier: 'any' | 'all' | undefined;
  /** Without qualifier and suffix: `ip_equal`. */
  readonly operator: string;
  readonly ifExist: boolean;
  /** Normalised. */
  readonly key: string;
  readonly values: readonly string[];
}

const IF_EXIST = '_if_exist';
const QUANTIFIERS = { for_any_value: 'any', for_all_value: 'all' } as const;

type Modified = Pick<Condition, 'quantifier' | 'operator' | 'ifExist'>;

/** Reads a statement's `condition` element: every condition that is sound, each at the place of its key. */
export function parseConditions(element: unknown, path: JsonPath, report: Report): Located<Condition>[] {
  if (element === undefined) return [];
  if (!isObject(element)) {
    report('ConditionError', path, `must be an object of operators, was ${given(element)}`);
    return [];
  }
  return Object.entries(element).flatMap(([name, keys]) => parseOperator(name, keys, [...path, name], report));
}

/** Reads the conditions of one operator. */
function parseOperator(name: string, keys: unknown, path: JsonPath, report: Report): Located<Condition>[] {
  const modified = modifiers(name);
  if (modified === undefined) {
    report('ConditionTypeError', path, `must be a condition operator, was ${given(name)}`, 'name');
    return [];
  }
  const entries = isObject(keys) ? Object.entries(keys) : [];
  if (entries.length === 0) {
    report('ConditionError', path, `must be an object of condition keys, was ${given(keys)}`);
  }
  return entries.flatMap(([text, wanted]) => {
    const place = [...path, text];
    const key = parseKey(text, modified.operator, place, report);
    const values = parseValues(modified.operator, wanted, place, report);
    if (key === undefined || values === undefined) return [];
    return [{ value: { ...modified, key, values }, path: place }];
  });
}

/** Takes the name of an operator apart; undefined if there is no such operator. */
function modifiers(text: string): Modified | undefined {
  const name = text.trim();
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? undefined : name.slice(0, colon);
  const ifExist = name.endsWith(IF_EXIST);
  const operator = name.slice(colon + 1, ifExist ? -IF_EXIST.length : undefined);
  const known =
    operator === 'null_equal'
      ? prefix === undefined && !ifExist // it asks about the key, so neither qualifier nor suffix means anything
      : OPERATORS.has(operator) && (prefix === undefined || Object.hasOwn(QUANTIFIERS, prefix));
  return known ? { quantifier: QUANTIFIERS[prefix as keyof typeof QUANTIFIERS], operator, ifExist } : undefined;
}

function parseKey(text: string, operator: string, path: JsonPath, report: Report): string | undefined {
  const key = normaliseKey(text);
  if (!/^[^\s/]+(?:\/.+)?$/.test(key)) {
    return report('ConditionError', path, `must be a condition key such as qcs:ip, was ${given(text)}`, 'name');
  }
  if (isResourceKey(keyRef(key)) && !comparesText(operator)) {
    const wanted = 'is text and must have a string operator, binary_equal or null_equal';
    return report('ConditionTypeError', path, `${wanted}, has ${given(operator)}`, 'name');
  }
  return key;
}

/** The values of one key as text, or undefined if one of them is at fault. */
function parseValues(operator: string, wanted: unknown, path: JsonPath, report: Report): string[] | undefined {
  const items = itemsOf(wanted, path);
  if (items.length === 0) return report('ConditionContentError', path, `must have a value, was ${given(wanted)}`);
  const values = items.map(({ value, path: place }) => {
    const wrong = valueFault(operator, value);
    return wrong === undefined ? String(value) : report('ConditionContentError', place, wrong);
  });
  return values.every((value) => value !== undefined) ? values : undefined;
}

function valueFault(operator: string, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return `must be text, a number or a list, was ${given(value)}`;
  }
  const text = String(value);
  const { readWanted, bind, wants } = OPERATORS.get(operator) ?? { readWanted: readBoolean, wants: 'true or false' };
  if (readWanted(text) === undefined) return `must be ${wants}, was ${given(text)}`;
  const stranger = bind && unknownVariable(text);
  return stranger && `may use ${KNOWN_VARIABLES}, uses ${given(stranger)}`;
}
