import { COMMAND_TYPES } from '@muster/command';
import { SESSION_FEATURES } from '@muster/terminal';

/** How often a machine refused something since its agent started, by reason. */
export type Refusals = Readonly<Record<string, number>>;

/** What a machine says that it does not do. */
export interface Guard {
  readonly refusals: Refusals;
  /** What its own veto file refuses, in words; empty without one. */
  readonly hostVeto: string;
}

const REASONS_MAX = 32;
export const HOST_VETO_MAX_CHARACTERS = 500;
export const KEY_IDS_MAX = 16;

/**
 * What an agent says of itself, as far as it is kept: machines are not to be believed, so words are cut and made harmless for terminals,
 * what is no reason is left out, and so is what never happened.
 */
export function guardFrom(said: { refused: Readonly<Record<string, bigint>>; veto: string }): Guard {
  const refusals = Object.entries(said.refused)
    .filter(([reason, count]) => /^[a-z]{2,12}(-[a-z]{2,12}){0,3}$/.test(reason) && count > 0n)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, REASONS_MAX)
    .map(([reason, count]) => [reason, Number(count > MOST ? MOST : count)]);
  const hostVeto = [...said.veto.replaceAll(/\p{C}/gu, ' ')].slice(0, HOST_VETO_MAX_CHARACTERS).join('');
  return { refusals: Object.fromEntries(refusals), hostVeto };
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/** The ids of keys that an agent says it accepts, as far as they can be such ids. */
export function keyIdsFrom(said: readonly string[]): string[] {
  return [...new Set(said)].filter((id) => /^[0-9a-z-]{1,64}$/i.test(id)).slice(0, KEY_IDS_MAX);
}

const FEATURES: readonly string[] = [...COMMAND_TYPES, ...Object.values(SESSION_FEATURES)];

/** What an agent says that it can do, as far as it means something here. */
export function featuresFrom(said: readonly string[]): string[] {
  return FEATURES.filter((feature) => said.includes(feature));
}

/** Whether nothing has changed. */
export function isSameGuard(one: Guard, other: Guard): boolean {
  return one.hostVeto === other.hostVeto && JSON.stringify(one.refusals) === JSON.stringify(other.refusals);
}
