import type { There } from './world.ts';

/** A call that is refused: the code, what about the request is wrong, and the request. */
export type Row = readonly [code: string, what: string, request: (there: There) => object];

/** How an action refuses. */
export interface Refusals {
  /** Calls as root. */
  readonly rows: readonly Row[];
  /** A good request, which ends in UnauthorizedOperation.CamAuthFailed for a user without rights. */
  readonly denied: (there: There) => object;
  /** Declared codes that no row gives, and why. */
  readonly explained: Readonly<Record<string, string>>;
}

/** That many ids of things that are not there. */
export function unknownIds(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(8, '0')}`);
}

/** That many UUIDs of register codes that are not there. */
export function unknownCodes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `8cca2d3b-7ac3-422a-98f0-${String(index).padStart(12, '0')}`);
}

/** Parameters of that many keys as JSON text. */
export function parameters(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, ''])));
}

/** Filters, as the only parameter. */
export function filters(...given: readonly (readonly [name: string, ...values: string[]])[]) {
  return { Filters: given.map(([Name, ...Values]) => ({ Name, Values })) };
}

/** One filter. */
export function filter(name: string, ...values: string[]) {
  return filters([name, ...values]);
}

/** How every list refuses a page that cannot be. */
export const BAD_PAGES: readonly Row[] = [
  ['InvalidParameterValue', 'no Limit', () => ({ Limit: 0 })],
  ['InvalidParameterValue', 'a negative Limit', () => ({ Limit: -1 })],
  ['InvalidParameterValue', 'a Limit past the edge', () => ({ Limit: 101 })],
  ['InvalidParameterValue', 'a negative Offset', () => ({ Offset: -1 })],
  ['InvalidParameter', 'a Limit that is no number', () => ({ Limit: 'all' })],
];

/** How the keys and values of parameters are refused, given as JSON text. */
export function badParameters(request: (text: string) => (there: There) => object): readonly Row[] {
  const value = (name: string) => `InvalidParameterValue.${name}`;
  return [
    [value('ParameterInvalidJsonFormat'), 'no JSON', request('{')],
    [value('ParameterInvalidJsonFormat'), 'a list', request('[]')],
    [value('ParameterKeyContainsInvalidChar'), 'a blank in a key', request('{"a b":""}')],
    [value('ParameterKeyContainsInvalidChar'), 'an empty key', request('{"":""}')],
    [value('ParameterKeyDuplicated'), 'a key twice', request('{"a":"1","a":"2"}')],
    [value('ParameterKeyLenExceeded'), 'a key of 65 characters', request(`{"${'k'.repeat(65)}":""}`)],
    [value('ParameterNumberExceeded'), '21 parameters', request(parameters(21))],
    [value('ParameterValueNotString'), 'a value that is a number', request('{"a":1}')],
    [value('ParameterValueNotString'), 'a value that is null', request('{"a":null}')],
  ];
}
