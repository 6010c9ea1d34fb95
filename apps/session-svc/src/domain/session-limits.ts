import { Refusal } from '@muster/kernel';
import type { SessionKindName } from './session-kind.ts';

/** How many sessions may be open at a time, and how fast they may be opened. */
export interface SessionQuotas {
  readonly instance: number;
  readonly account: number;
  readonly principal: number;
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
/** How many sessions of a kind a principal may open meanwhile: people open shells, one copy goes to many machines, programs open connections. */
export const OPENINGS_MAX: Readonly<Record<SessionKindName, number>> = { SHELL: 10, FILES: 120, FORWARD: 600 };

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

/**
 * `oldest` is when the principal opened what has to leave the window before another of the kind may be opened, if anything has to. Refusal:
 * RequestLimitExceeded, with the time to wait.
 */
export function requirePace(oldest: number | undefined, kind: SessionKindName, now: number): void {
  if (oldest === undefined) return;
  const waitMs = Math.max(1, oldest + OPENINGS_WINDOW_MS - now);
  const most = OPENINGS_MAX[kind];
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
