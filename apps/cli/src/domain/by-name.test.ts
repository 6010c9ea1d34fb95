import { expect, test } from 'vitest';
import { byName } from './by-name.ts';

test('numbers count as numbers, and the id decides between equal names', () => {
  const machines = ['web-10', 'web-2', 'db-1', 'web-2'].map((name, at) => ({ name, id: `ins-${9 - at}` }));
  expect(machines.toSorted(byName)).toEqual([
    { name: 'db-1', id: 'ins-7' },
    { name: 'web-2', id: 'ins-6' },
    { name: 'web-2', id: 'ins-8' },
    { name: 'web-10', id: 'ins-9' },
  ]);
});
