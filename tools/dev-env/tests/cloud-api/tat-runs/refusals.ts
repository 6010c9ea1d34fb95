import type { DECLARED } from '../declared-codes.ts';
import type { TatAction } from './ways.ts';
import type { World } from './world.ts';

/** A call that is refused: what is wrong with it, its request, and the code that it ends in. */
export type Refused = readonly [what: string, request: Given, code: string];
export type Given = object | ((world: World) => object);

/** What an action refuses; every declared code is in one of the two. */
export interface Refusals {
  readonly action: TatAction & keyof typeof DECLARED;
  readonly refused: readonly Refused[];
  /** Declared codes that cannot occur in Muster, or are shown elsewhere, and why; besides those of `NEVER`. */
  readonly not: Readonly<Record<string, string>>;
}

/** Declared codes that no action on runs and invokers gives, and why. */
export const NEVER: Readonly<Record<string, string>> = {
  InternalError: 'a fault, which no request brings about',
  UnsupportedOperation: 'every operation that can be described is supported',
  OperationDenied: 'nothing is denied but by policies, as CamAuthFailed',
  'UnauthorizedOperation.InvalidToken': 'a bad token is AuthFailure.TokenFailure, whatever the action',
  'UnauthorizedOperation.MFAExpired': 'a one-time code is a condition of policies, denied as CamAuthFailed',
  'UnauthorizedOperation.MFANotFound': 'a one-time code is a condition of policies, denied as CamAuthFailed',
  'UnauthorizedOperation.AssumeRoleUnauthorized': 'the service takes on no role',
  'UnauthorizedOperation.NeedApproval': 'nothing is subject to approval',
  'UnauthorizedOperation.CamAuthFailed': 'denials have a test of their own',
  AuthFailure: 'denials have a test of their own',
  'AuthFailure.UnauthorizedOperation': 'denials have a test of their own',
  'ResourceNotFound.RoleNotFound': 'the service takes on no role',
  'FailedOperation.CVMError': 'no compute service is asked',
  'FailedOperation.LighthouseError': 'no compute service is asked',
  'ResourceUnavailable.InstanceStateNotRunning': 'a machine that does not run is one whose agent is not online',
  'ResourceUnavailable.LighthouseUnsupportedRegion': 'every kind of machine is served',
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
