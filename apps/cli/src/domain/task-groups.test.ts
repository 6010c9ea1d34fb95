import { expect, test } from 'vitest';
import { groupTasks } from './task-groups.ts';

test('machines on which a run ended in the same way are one group, the largest first', () => {
  const failed = (name: string, reason: string) => ({ name, status: 'FAILED', exitCode: 1, reason }) as const;
  const groups = groupTasks([
    failed('web-1', 'disk full'),
    failed('web-2', 'no route to 10.0.0.7'),
    { name: 'web-3', status: 'TIMEOUT', exitCode: undefined, reason: 'disk full' },
    failed('web-4', 'no route to 10.0.0.8'),
  ]);
  expect(groups).toEqual([
    { status: 'FAILED', exitCode: 1, reason: 'no route to 10.0.0.7', count: 2, example: 'web-2' },
    { status: 'FAILED', exitCode: 1, reason: 'disk full', count: 1, example: 'web-1' },
    { status: 'TIMEOUT', exitCode: undefined, reason: 'disk full', count: 1, example: 'web-3' },
  ]);
});
