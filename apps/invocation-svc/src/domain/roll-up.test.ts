import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INVOCATION_STATUSES, type InvocationStatus, isFinished } from './invocation-status.ts';
import { rollUp } from './roll-up.ts';
import { isFinal, TASK_STATUSES, type TaskStatus } from './task-status.ts';

it.each<[TaskStatus[], InvocationStatus]>([
  [['PENDING'], 'PENDING'],
  [['PENDING', 'DELIVERING', 'DELIVER_DELAYED'], 'PENDING'],
  [['PENDING', 'DELIVER_FAILED'], 'RUNNING'],
  [['PENDING', 'RUNNING'], 'RUNNING'],
  [['SUCCESS', 'RUNNING'], 'RUNNING'],
  [['SUCCESS', 'RUNNING', 'CANCELLING'], 'CANCELLING'],
  [['SUCCESS', 'SUCCESS'], 'SUCCESS'],
  [['CANCELLED'], 'CANCELLED'],
  [['CANCELLED', 'TERMINATED'], 'CANCELLED'],
  [['TIMEOUT'], 'TIMEOUT'],
  [['TIMEOUT', 'TASK_TIMEOUT'], 'TIMEOUT'],
  [['SUCCESS', 'TERMINATED'], 'PARTIAL_CANCELLED'],
  [['SUCCESS', 'FAILED'], 'PARTIAL_FAILED'],
  [['SUCCESS', 'TIMEOUT'], 'PARTIAL_FAILED'],
  [['SUCCESS', 'CANCELLED', 'FAILED'], 'PARTIAL_FAILED'],
  [['CANCELLED', 'FAILED'], 'PARTIAL_FAILED'],
  [['FAILED'], 'FAILED'],
  [['FAILED', 'TIMEOUT'], 'FAILED'],
  [['DELIVER_FAILED', 'START_FAILED'], 'FAILED'],
])('%j together are %s', (tasks, status) => {
  expect(rollUp(tasks)).toBe(status);
});

const tasks = fc.array(fc.constantFrom(...TASK_STATUSES), { minLength: 1, maxLength: 20 });

it('has ended exactly when every task has', () => {
  fc.assert(fc.property(tasks, (statuses) => isFinished(rollUp(statuses)) === statuses.every(isFinal)));
});

it('knows neither order nor number', () => {
  fc.assert(fc.property(tasks, (statuses) => rollUp(statuses) === rollUp([...statuses, ...statuses].toReversed())));
});

it('can give all nine statuses', () => {
  const pairs = TASK_STATUSES.flatMap((one) => TASK_STATUSES.map((other) => rollUp([one, other])));
  expect(new Set(pairs)).toEqual(new Set(INVOCATION_STATUSES));
});
