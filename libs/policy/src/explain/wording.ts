import type { Condition } from '../condition.ts';

/** How a condition operator reads in a sentence. */
const RELATION: Readonly<Record<string, string>> = {
  string_equal: 'is',
  string_not_equal: 'is not',
  string_equal_ignore_case: 'is (in any case)',
  string_not_equal_ignore_case: 'is not (in any case)',
  string_like: 'is like',
  string_not_like: 'is not like',
  binary_equal: 'is exactly',
  bool_equal: 'is',
  ip_equal: 'is in',
  ip_not_equal: 'is not in',
  numeric_equal: 'is',
  numeric_not_equal: 'is not',
  numeric_less_than: 'is less than',
  numeric_less_than_equal: 'is at most',
  numeric_greater_than: 'is more than',
  numeric_greater_than_equal: 'is at least',
  date_equal: 'is',
  date_not_equal: 'is not',
  date_less_than: 'is before',
  date_less_than_equal: 'is not after',
  date_greater_than: 'is after',
  date_greater_than_equal: 'is not before',
};

/** The operator as documents write it: `for_any_value:string_equal_if_exist`. */
export function operatorText({ quantifier, operator, ifExist }: Condition): string {
  return `${quantifier ? `for_${quantifier}_value:` : ''}${operator}${ifExist ? '_if_exist' : ''}`;
}

/** What a condition asks for: `qcs:ip is in 10.0.0.0/8`. */
export function wish({ quantifier, operator, ifExist, key }: Condition, wanted: readonly string[]): string {
  if (operator === 'null_equal') {
    return wanted.some((value) => value.toLowerCase() === 'true') ? `${key} is missing` : `${key} is given`;
  }
  const subject =
    quantifier === undefined ? key : quantifier === 'any' ? `one value of ${key}` : `every value of ${key}`;
  return `${subject} ${RELATION[operator]} ${either(wanted)}${ifExist ? ', if it is given at all' : ''}`;
}

/** What the request had instead: `the call came from 192.0.2.1`. */
export function fact(key: string, given: readonly string[]): string {
  const tag = /^qcs:(resource|request)_tag(?:\/(.*))?$/.exec(key);
  if (tag) {
    const owner = `the ${tag[1]}`;
    const what = tag[2] === undefined ? 'tags' : `tag ${tag[2]}`;
    return given.length === 0 ? `${owner} has no ${what}` : `the ${what} of ${owner} ${isOrAre(given)}`;
  }
  if (given.length === 0) return `the request has no ${key}`;
  if (key === 'qcs:ip') return `the call came from ${given.join(', ')}`;
  if (key === 'qcs:current_time') return `it is ${given.join(', ')}`;
  return `${key} ${isOrAre(given)}`;
}

function isOrAre(values: readonly string[]): string {
  return values.length === 1 ? `is ${values[0]}` : `are ${values.join(', ')}`;
}

/** `a`, `a or b`, `a, b or 5 more`. */
export function either(values: readonly string[]): string {
  return join(values, 'or');
}

/** The same with `and`. */
export function both(values: readonly string[]): string {
  return join(values, 'and');
}

const NAMED = 3;

function join(values: readonly string[], word: string): string {
  const named = values.length > NAMED + 1 ? [...values.slice(0, NAMED), `${values.length - NAMED} more`] : values;
  return named.length < 2 ? named.join() : `${named.slice(0, -1).join(', ')} ${word} ${named.at(-1)}`;
}
