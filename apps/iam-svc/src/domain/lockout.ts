import { Refusal } from '@muster/kernel';

/** Failed logins in a row under one name. Times are epoch milliseconds. */
export interface LoginAttempts {
  readonly failures: number;
  readonly lockedUntil: number;
}

const FIRST_LOCKING_FAILURE = 5;
const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 3_600_000;

/** How long a name that nobody tries is remembered; longer than any lock. */
export const FORGET_AFTER_MS = 2 * LONGEST_LOCK_MS;

/** Passes when a password may be looked at now. While a name is locked, not even the right password opens it. */
export function requireUnlocked({ lockedUntil }: LoginAttempts, now: number): void {
  if (now >= lockedUntil) return;
  const seconds = Math.ceil((lockedUntil - now) / 1_000);
  throw new Refusal('exhausted', 'RequestLimitExceeded', `too many failed logins; try again in ${seconds} s`);
}

/** After one more failure: the fifth in a row locks the name for half a minute, each later one twice as long, up to an hour. */
export function afterFailure({ failures }: LoginAttempts, now: number): LoginAttempts {
  const locks = failures + 1 - FIRST_LOCKING_FAILURE;
  const lock = locks < 0 ? 0 : Math.min(FIRST_LOCK_MS * 2 ** locks, LONGEST_LOCK_MS);
  return { failures: failures + 1, lockedUntil: lock === 0 ? 0 : now + lock };
}
