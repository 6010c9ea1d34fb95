import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

it('T31: gives everybody a turn before anybody has a second, and keeps the order of each', () => {
  const queue = new FairQueue<string>();
  for (const thing of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(thing[0]!, thing);
  expect([queue.size, queue.sizeOf('a'), queue.sizeOf('d')]).toEqual([6, 3, 0]);
  expect(Array.from({ length: 7 }, () => queue.shift())).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', undefined]);
  expect(queue.size).toBe(0);
});

it('lets whoever comes wait for one thing of each of the others, however much they have waiting', () => {
  const backlogs = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 10 });
  fc.assert(
    fc.property(backlogs, fc.nat(100), (sizes, taken) => {
      const queue = new FairQueue<number>();
      for (const [who, size] of sizes.entries()) for (let count = 0; count < size; count++) queue.push(`${who}`, who);
      for (let count = 0; count < taken; count++) queue.shift();
      queue.push('new', -1);
      let before = 0;
      while (queue.shift() !== -1) before++;
      expect(before).toBeLessThanOrEqual(sizes.length);
    }),
  );
});
