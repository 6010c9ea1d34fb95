import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reconnectWaitMs } from './reconnect.ts';

const MOST = 60_000;

it.each([
  [0, 0, 0],
  [0, 0.5, 30_000],
  [0, 1, 60_000],
  [1, 0, 100],
  [1, 1, 60_100],
  [2, 0.5, 60_100],
  [3, 1, 240_100],
  [4, 1, 300_100],
  [50, 1, 300_100],
])('F45: after %i failures and with chance %f it waits %i ms', (failures, chance, expected) => {
  expect(reconnectWaitMs(failures, MOST, chance)).toBe(expected);
});

it('F45: a fleet that lost its connections in one moment comes back evenly over the whole time', () => {
  const waits = Array.from({ length: 1_000 }, (_, index) => reconnectWaitMs(0, MOST, (index + 0.5) / 1_000));
  for (let from = 0; from < MOST; from += 6_000) {
    expect(waits.filter((wait) => wait >= from && wait < from + 6_000)).toHaveLength(100);
  }
});

it('F45: no wait is longer than five times the longest first one, and none but the first is without pause', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const wait = reconnectWaitMs(failures, MOST, chance);
      expect(wait).toBeGreaterThanOrEqual(100);
      expect(wait).toBeLessThanOrEqual(5 * MOST + 100);
    }),
  );
});
