import { Refusal } from '@muster/kernel';
import { describe, expect, it } from 'vitest';
import { afterFailure, type LoginAttempts, requireUnlocked } from './lockout.ts';

const NONE: LoginAttempts = { failures: 0, lockedUntil: 0 };
const after = (failures: number, now: number) => {
  let attempts = NONE;
  for (let i = 0; i < failures; i++) attempts = afterFailure(attempts, now);
  return attempts;
};

describe('failed logins', () => {
  it('lock from the fifth in a row, twice as long each time, an hour at most', () => {
    const locks = Array.from({ length: 14 }, (_, i) => after(i + 1, 1_000).lockedUntil);
    expect(locks.slice(0, 4)).toEqual([0, 0, 0, 0]);
    const seconds = locks.slice(4).map((until) => (until - 1_000) / 1_000);
    expect(seconds).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
  });

  it('open again the moment that the lock ends, and say how long it is until then', () => {
    const locked = after(5, 1_000);
    requireUnlocked(NONE, 0);
    requireUnlocked(locked, 31_000);
    expect(() => requireUnlocked(locked, 30_999)).toThrow(Refusal);
    expect(() => requireUnlocked(locked, 1_000)).toThrow('too many failed logins; try again in 30 s');
  });
});
