import { type KeyLookup, normaliseKey } from './condition-keys.ts';
import { isObject, listOf } from './json.ts';
import { OPERATORS, type Operator } from './operators.ts';
import { given, policyRefusal } from './refusals.ts';
import { readBoolean } from './values.ts';
import { hasVariables, KNOWN_VARIABLES, unknownVariable, type Variables } from './variables.ts';

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

/** Reads a statement's `condition` element; `where` is its place in the document. */
export function parseConditions(element: unknown, where: string): Condition[] {
  if (element === undefined) return [];
  if (!isObject(element)) {
    throw policyRefusal('ConditionError', `${where} must be an object of operators, was ${given(element)}`);
  }
  return Object.entries(element).flatMap(([name, keys]) => {
    const place = `${where}.${name.trim()}`;
    const operator = parseOperator(name, place);
    if (!isObject(keys) || Object.keys(keys).length === 0) {
      throw policyRefusal('ConditionError', `${place} must be an object of condition keys, was ${given(keys)}`);
    }
    return Object.entries(keys).map(([key, value]) => ({
      ...operator,
      key: parseKey(key, place),
      values: parseValues(operator.operator, value, `${place}.${key.trim()}`),
    }));
  });
}

function parseOperator(text: string, where: string): Pick<Condition, 'quantifier' | 'operator' | 'ifExist'> {
  const name = text.trim();
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? undefined : name.slice(0, colon);
  const ifExist = name.endsWith(IF_EXIST);
  const operator = name.slice(colon + 1, ifExist ? -IF_EXIST.length : undefined);
  const known =
    operator === 'null_equal'
      ? prefix === undefined && !ifExist // it asks about the key, so neither qualifier nor suffix means anything
      : OPERATORS.has(operator) && (prefix === undefined || Object.hasOwn(QUANTIFIERS, prefix));
  if (!known) throw policyRefusal('ConditionTypeError', `${where} must be a condition operator, was ${given(text)}`);
  return { quantifier: QUANTIFIERS[prefix as keyof typeof QUANTIFIERS], operator, ifExist };
}

function parseKey(text: string, where: string): string {
  const key = normaliseKey(text);
  if (!/^[^\s/]+(?:\/.+)?$/.test(key)) {
    throw policyRefusal('ConditionError', `${where} must name condition keys such as qcs:ip, was ${given(text)}`);
  }
  return key;
}

function parseValues(operator: string, value: unknown, where: string): string[] {
  const values = listOf(value);
  if (values.length === 0)
    throw policyRefusal('ConditionContentError', `${where} must have a value, was ${given(value)}`);
  return values.map((one) => {
    if (typeof one !== 'string' && typeof one !== 'number' && typeof one !== 'boolean') {
      throw policyRefusal('ConditionContentError', `${where} must be text, a number or a list, was ${given(one)}`);
    }
    const text = String(one);
    const { readWanted, bind, wants } = OPERATORS.get(operator) ?? { readWanted: readBoolean, wants: 'true or false' };
    if (readWanted(text) === undefined) {
      throw policyRefusal('ConditionContentError', `${where} must be ${wants}, was ${given(text)}`);
    }
    const stranger = bind && unknownVariable(text);
    if (stranger !== undefined) {
      throw policyRefusal('ConditionContentError', `${where} may use ${KNOWN_VARIABLES}, uses ${given(stranger)}`);
    }
    return text;
  });
}

/** A condition with its values read, so that deciding parses no policy text. */
export interface CompiledCondition {
  readonly key: string;
  readonly met: (given: readonly string[] | undefined, asked: Asked) => boolean;
}

/** What a condition needs to know besides the values of its key. */
export interface Asked {
  readonly variables: Variables;
  /**
   * What a request value counts as that the operator cannot read (an address that is none): met for a deny, not met
   * for an allow. Both close.
   */
  readonly unreadable: boolean;
}

export function compileCondition(condition: Condition): CompiledCondition {
  const operator = OPERATORS.get(condition.operator);
  return {
    key: condition.key,
    met: operator === undefined ? nullEqual(condition) : comparison(condition, operator),
  };
}

/** Met when the key is missing or empty and `true` is wanted, or present and `false` is. */
function nullEqual(condition: Condition): CompiledCondition['met'] {
  const wanted = new Set(condition.values.map(readBoolean));
  return (given = []) => wanted.has(given.every((value) => value === ''));
}

function comparison(condition: Condition, operator: Operator): CompiledCondition['met'] {
  const { bind, negative } = operator;
  const fixed = condition.values.map(operator.readWanted);
  const bound = bind !== undefined && condition.values.some(hasVariables) ? bind : undefined;
  // Unqualified operators on several request values: one must fit, or (negative) none may.
  const everyone = condition.quantifier === undefined ? negative : condition.quantifier === 'all';
  return (given, { variables, unreadable }) => {
    if (given === undefined || given.length === 0) return condition.ifExist;
    const values = given.map(operator.readGiven);
    if (values.includes(undefined)) return unreadable;
    const wanted = bound === undefined ? fixed : fixed.map((value) => bound(value, variables));
    const satisfies = (value: unknown) => wanted.some((one) => operator.fits(value, one)) !== negative;
    return everyone ? values.every(satisfies) : values.some(satisfies);
  };
}

/** Keys of one operator, and operators, are joined by AND. */
export function conditionsMet(conditions: readonly CompiledCondition[], lookup: KeyLookup, asked: Asked): boolean {
  return conditions.every(({ key, met }) => met(lookup(key), asked));
}
