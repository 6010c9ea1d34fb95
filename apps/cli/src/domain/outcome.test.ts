import { describe, expect, test } from 'vitest';
import { exitCodeOf, hasEnded, type TaskStatusName, tally } from './outcome.ts';

describe('exitCodeOf', () => {
  test.each<[string, TaskStatusName[], number]>([
    ['all succeeded', ['SUCCESS', 'SUCCESS'], 0],
    ['one failed', ['SUCCESS', 'FAILED'], 2],
    ['one could not start', ['START_FAILED'], 2],
    ['one ran out of time', ['SUCCESS', 'TIMEOUT'], 2],
    ['one was never reached', ['DELIVER_FAILED'], 2],
    ['one was lost', ['TASK_TIMEOUT'], 2],
    ['one was cancelled', ['SUCCESS', 'CANCELLED'], 3],
    ['one was cancelled while it ran and another failed', ['FAILED', 'TERMINATED'], 3],
    ['one is under way', ['SUCCESS', 'RUNNING'], 4],
    ['one has a status that is newer than this tool', ['SUCCESS', 'UNSPECIFIED'], 4],
  ])('%s', (_, statuses, code) => {
    expect(exitCodeOf(statuses)).toBe(code);
  });
});

test('exactly the eight final statuses of TAT have ended', () => {
  const all: TaskStatusName[] = [
    'PENDING',
    'DELIVERING',
    'DELIVER_DELAYED',
    'DELIVER_FAILED',
    'START_FAILED',
    'RUNNING',
    'SUCCESS',
    'FAILED',
    'TIMEOUT',
    'TASK_TIMEOUT',
    'CANCELLING',
    'CANCELLED',
    'TERMINATED',
  ];
  expect(all.filter(hasEnded)).toEqual([
    'DELIVER_FAILED',
    'START_FAILED',
    'SUCCESS',
    'FAILED',
    'TIMEOUT',
    'TASK_TIMEOUT',
    'CANCELLED',
    'TERMINATED',
  ]);
});

test('tally counts what is done and what of it failed', () => {
  expect(tally(['SUCCESS', 'RUNNING', 'FAILED', 'PENDING'])).toEqual({ total: 4, done: 2, failed: 1 });
});
