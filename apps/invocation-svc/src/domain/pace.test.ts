import { expect, it } from 'vitest';
import { Pace } from './pace.ts';

it('T31: makes whoever sent much wait as long as that takes at the rate, and nobody else', () => {
  const pace = new Pace();
  expect(pace.waitMs('noisy', 1_000)).toBe(0);
  pace.spend('noisy', 20, { now: 1_000, perSecond: 100 });
  expect([pace.waitMs('noisy', 1_000), pace.waitMs('quiet', 1_000)]).toEqual([200, 0]);
  expect(pace.waitMs('noisy', 1_150)).toBe(50);
  expect(pace.waitMs('noisy', 1_200)).toBe(0);
});

it('counts what is sent before the time on top, and nothing that was not sent for the future', () => {
  const pace = new Pace();
  pace.spend('a', 1, { now: 0, perSecond: 10 });
  pace.spend('a', 1, { now: 50, perSecond: 100 });
  expect(pace.waitMs('a', 50)).toBe(60);
  pace.spend('a', 1, { now: 10_000, perSecond: 10 });
  expect(pace.waitMs('a', 10_000)).toBe(100);
});
