import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takeTurns } from './turns.ts';

it('divides a batch, whatever anybody waits with', () => {
  expect(takeTurns(['a', 'b'], { last: '', most: 200 })).toEqual({ whose: ['a', 'b'], each: 100 });
  expect(takeTurns(['a', 'b', 'c'], { last: 'a', most: 200 })).toEqual({ whose: ['b', 'c', 'a'], each: 67 });
  expect(takeTurns(['a', 'b', 'c'], { last: 'c', most: 2 })).toEqual({ whose: ['a', 'b'], each: 1 });
  expect(takeTurns(['a', 'b', 'c'], { last: 'b', most: 2 })).toEqual({ whose: ['c', 'a'], each: 1 });
  expect(takeTurns([], { last: 'b', most: 2 })).toEqual({ whose: [], each: 0 });
});

it('gives everybody a turn before anybody has as many more as there are others', () => {
  const waiters = fc.uniqueArray(fc.integer({ min: 0, max: 99 }).map(String), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(waiters, fc.integer({ min: 1, max: 20 }), (names, most) => {
      const waiting = names.toSorted();
      const had = new Map(waiting.map((name) => [name, 0]));
      let last = '';
      for (let batch = 0; batch < Math.ceil(waiting.length / most); batch++) {
        const { whose } = takeTurns(waiting, { last, most });
        expect(new Set(whose).size).toBe(whose.length);
        for (const name of whose) had.set(name, had.get(name)! + 1);
        last = whose.at(-1)!;
      }
      expect(Math.min(...had.values())).toBeGreaterThanOrEqual(1);
    }),
  );
});
