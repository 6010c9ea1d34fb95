import { Refusal } from '@muster/kernel';
import type { SessionKindName } from './session-kind.ts';

/** How many sessions may be open of an instance, an account and a principal, and how many shells a principal may open in a minute. */
export interface SessionQuotas {
  readonly instance: number;
  readonly account: number;
  readonly principal: number;
  readonly openings: number;
}

/** Sessions that are open: of an instance, an account and a principal; of forwarded connections those of the principal only. */
export interface OpenSessions {
  readonly instance: number;
  readonly account: number;
  readonly principal: number;
  readonly forwarded: number;
}

/** Others that see a session at the same time. */
export const WATCHERS_MAX = 5;
/** Forwarded connections that a principal may have open. */
export const FORWARDED_MAX = 100;
/** For how long openings are counted. */
export const OPENINGS_WINDOW_MS = 60_000;
/** One copy goes to many machines, and programs open connections: no limit that people would feel. */
const COPIES_MAX = 120;
const CONNECTIONS_MAX = 600;

/** How many sessions of a kind a principal may open meanwhile. */
export function openingsMax(kind: SessionKindName, { openings }: Pick<SessionQuotas, 'openings'>): number {
  return { SHELL: openings, FILES: COPIES_MAX, FORWARD: CONNECTIONS_MAX }[kind];
}

/** Refusal: LimitExceeded.SessionsOpen, naming the first limit that is used up. */
export function requireRoom(open: OpenSessions, quotas: SessionQuotas): void {
  for (const [of, name] of [
    ['instance', 'an instance'],
    ['principal', 'a principal'],
    ['account', 'an account'],
  ] as const) {
    if (open[of] < quotas[of]) continue;
    throw usedUp(`${name} may have ${quotas[of]} sessions open, ${open[of]} are`);
  }
}

/** Refusal: LimitExceeded.SessionsOpen. */
export function requireForwardedRoom({ forwarded }: OpenSessions): void {
  if (forwarded < FORWARDED_MAX) return;
  throw usedUp(`a principal may have ${FORWARDED_MAX} forwarded connections open, ${forwarded} are`);
}

/** `watching` others see the session already. Refusal: LimitExceeded.SessionsOpen. */
export function requireWatcherRoom(watching: number): void {
  if (watching < WATCHERS_MAX) return;
  throw usedUp(`a session may have ${WATCHERS_MAX} watchers, ${watching} watch`);
}

/** What a principal has opened of late. */
export interface Pace {
  readonly kind: SessionKindName;
  /** How many it may open within the window. */
  readonly most: number;
  readonly now: number;
}

/**
 * `oldest` is when the principal opened what has to leave the window before another of the kind may be opened, if anything has to. Refusal:
 * RequestLimitExceeded, with the time to wait.
 */
export function requirePace(oldest: number | undefined, { kind, most, now }: Pace): void {
  if (oldest === undefined) return;
  const waitMs = Math.max(1, oldest + OPENINGS_WINDOW_MS - now);
  throw new Refusal(
    'exhausted',
    'RequestLimitExceeded',
    `a principal may open ${most} sessions (${kind}) a minute, ${most} were opened; try again in ${waitMs} ms`,
    { retryAfterMs: String(waitMs) },
  );
}

function usedUp(what: string): Refusal {
  return new Refusal('exhausted', 'LimitExceeded.SessionsOpen', what);
}
