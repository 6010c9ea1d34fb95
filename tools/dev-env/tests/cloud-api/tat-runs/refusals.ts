import type { TatAction } from '../declared-codes.ts';
import type { World } from './world.ts';

/** A call that is refused: what is wrong with it, its request, and the code that it ends in. */
export type Refused = readonly [what: string, request: Given, code: string];
export type Given = object | ((world: World) => object);

/** What an action refuses; every declared code is in one of the two. */
export interface Refusals {
  readonly action: TatAction;
  readonly refused: readonly Refused[];
  /** Declared codes that cannot occur in Muster, or are shown elsewhere, and why; besides those of `ELSEWHERE`. */
  readonly not: Readonly<Record<string, string>>;
}

/** Codes that the tables do not give, besides those that no action of Muster ends in. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  OperationDenied: 'nothing is denied but by policies',
  'UnauthorizedOperation.CamAuthFailed': 'tested with users who may not',
  AuthFailure: 'tested with users who may not',
  'AuthFailure.UnauthorizedOperation': 'tested with users who may not',
};

/** So many ids that are nobody's, with this prefix. */
export function ids(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(8, '0')}`);
}

/**
 * Makes a request another one than those before it. The SDK's signature says nothing of the action: of two writes with the same parameters
 * within a second the second one is taken for the first one replayed.
 */
export function afresh() {
  return { ClientToken: crypto.randomUUID() };
}

/** So many parameters as JSON text. */
export function parameters(count: number): string {
  return JSON.stringify(Object.fromEntries(ids('key', count).map((key) => [key, 'v'])));
}

export function tags(count: number): { Key: string; Value: string }[] {
  return ids('tag', count).map((Key) => ({ Key, Value: 'v' }));
}

export function filters(...given: readonly (readonly [name: string, ...values: string[]])[]) {
  return { Filters: given.map(([Name, ...Values]) => ({ Name, Values })) };
}

/** The request of a row. */
export function of(given: Given, world: World): object {
  return typeof given === 'function' ? given(world) : given;
}

/** These rows, each over a request that would be good; what is undefined in a row is left out. */
export function over(good: Given, rows: readonly Refused[]): readonly Refused[] {
  const merged = (given: Given, world: World) =>
    Object.entries({ ...of(good, world), ...of(given, world) }).filter(([, value]) => value !== undefined);
  return rows.map(([what, given, code]) => [what, (world) => Object.fromEntries(merged(given, world)), code]);
}

/** Defaults with these names. */
export function confs(...names: string[]) {
  return { DefaultParameterConfs: names.map((ParameterName) => ({ ParameterName, ParameterValue: 'v' })) };
}
