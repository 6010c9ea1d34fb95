import { expect, it } from 'vitest';
import { Headroom } from './headroom.ts';

const RULES = { mostBusy: 0.6, leastShare: 0.125, rememberedMs: 10_000 };

function among(...accounts: string[]): Headroom {
  const headroom = new Headroom(RULES);
  for (const account of accounts) headroom.shareOf(account, 0);
  return headroom;
}

it('T31: leaves each of several accounts less at once while the service is busy, never less than the least', () => {
  const headroom = among('noisy', 'quiet');
  expect(headroom.shareOf('noisy', 0)).toBe(1);
  headroom.wasBusy(0.61, 0);
  expect(headroom.shareOf('noisy', 0)).toBeCloseTo(2 / 3);
  for (let look = 0; look < 6; look++) headroom.wasBusy(1, 0);
  expect([headroom.shareOf('noisy', 0), headroom.shareOf('quiet', 0)]).toEqual([0.125, 0.125]);
});

it('gives it back slowly, up to the whole', () => {
  const headroom = among('noisy', 'quiet');
  for (let look = 0; look < 10; look++) headroom.wasBusy(1, 0);
  headroom.wasBusy(0.6, 0);
  expect(headroom.shareOf('noisy', 0)).toBeCloseTo(0.135);
  for (let look = 0; look < 100; look++) headroom.wasBusy(0, 0);
  expect(headroom.shareOf('noisy', 0)).toBe(1);
});

it('takes nothing from an account that is alone, or was for long enough; what a second one finds is ready at once', () => {
  const headroom = among('noisy', 'quiet');
  for (let look = 0; look < 10; look++) headroom.wasBusy(1, 9_999);
  expect(headroom.shareOf('noisy', 9_999)).toBe(0.125);
  headroom.wasBusy(1, 10_000);
  expect(headroom.shareOf('noisy', 10_000)).toBe(1);
  expect(headroom.shareOf('quiet', 10_001)).toBe(0.125);
  expect(headroom.shareOf('noisy', 10_001)).toBe(0.125);
});
