import { expect, test } from 'vitest';
import type { TaskStatusName } from './outcome.ts';
import { summaryLines } from './summary.ts';

const machine = (id: string, name: string, status: TaskStatusName) => ({ id, name, status });

test('one line for each outcome that there is, and one for the whole', () => {
  const machines = [
    machine('ins-1', 'web-1', 'SUCCESS'),
    machine('ins-2', '数据库', 'SUCCESS'),
    machine('ins-3', 'db-1', 'TIMEOUT'),
    machine('ins-4', 'db-2', 'TERMINATED'),
    machine('ins-5', 'db-3', 'RUNNING'),
  ];
  expect(summaryLines(machines, 13_640)).toEqual([
    'Successful on 2 instances: web-1,数据库',
    'Failed on 1 instance: db-1',
    'Cancelled on 1 instance: db-2',
    'Still under way on 1 instance: db-3',
    'Ran on 5 instances in 13.6s',
  ]);
});

test('names that -t would not find again stand as ids', () => {
  const machines = [
    machine('ins-1', 'twin', 'SUCCESS'),
    machine('ins-2', 'twin', 'SUCCESS'),
    machine('ins-3', 'a,b', 'SUCCESS'),
    machine('ins-4', '!not', 'SUCCESS'),
    machine('ins-5', 'web*', 'SUCCESS'),
    machine('ins-6', '@file', 'SUCCESS'),
  ];
  expect(summaryLines(machines, 0)[0]).toBe('Successful on 6 instances: ins-1,ins-2,ins-3,ins-4,ins-5,ins-6');
});

test('a list that nobody would read is left out', () => {
  const machines = Array.from({ length: 51 }, (_, at) => machine(`ins-${at}`, `web-${at}`, 'SUCCESS'));
  expect(summaryLines(machines, 0)).toEqual(['Successful on 51 instances', 'Ran on 51 instances in 0.0s']);
});
