import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('waits double up to five seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) => backoff(attempt, 0))).toEqual([
    200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000,
  ]);
});

test('chance takes a quarter away at most', () => {
  expect(backoff(1, 1)).toBe(150);
});
