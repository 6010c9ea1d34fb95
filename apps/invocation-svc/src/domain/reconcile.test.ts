import { expect, it } from 'vitest';
import { type HeldState, type Verdict, verdictOn } from './reconcile.ts';
import type { Task } from './task.ts';
import { TASK_STATUSES, type TaskStatus } from './task-status.ts';

type Judged = Parameters<typeof verdictOn>[0];

const waiting = (status: TaskStatus): Judged => ({
  ...{ status, startTime: undefined, execEndTime: undefined, late: undefined },
});
const started = (status: TaskStatus, more: Partial<Task> = {}): Judged => ({
  ...waiting(status)!,
  startTime: 1,
  ...more,
});
const told = { execEndTime: 2 };
const late = { late: { status: 'SUCCESS', exitCode: 0, errorInfo: '', receivedAt: 3 } } as const;

const TABLE: readonly (readonly [string, Judged, Record<HeldState, Verdict>])[] = [
  ['is unknown, or of another machine', undefined, { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  // only what was claimed can still ask for its start; nothing else was allowed to run
  ['waits to be sent', waiting('PENDING'), { CLAIMED: 'GO_ON', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['was sent', waiting('DELIVERING'), { CLAIMED: 'GO_ON', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['was sent again', waiting('DELIVER_DELAYED'), { CLAIMED: 'GO_ON', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  // a claim whose grant got lost asks again and hears the same
  ['runs', started('RUNNING'), { CLAIMED: 'GO_ON', RUNNING: 'GO_ON', FINISHED: 'RESEND' }],
  ['is being cancelled', started('CANCELLING'), { CLAIMED: 'KILL', RUNNING: 'KILL', FINISHED: 'RESEND' }],
  ['was given up unstarted', waiting('DELIVER_FAILED'), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['was cancelled', waiting('CANCELLED'), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['could not start', waiting('START_FAILED'), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['could not start, allowed', started('START_FAILED'), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['succeeded', started('SUCCESS', told), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['failed', started('FAILED', told), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['ran too long', started('TIMEOUT', told), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['was terminated', started('TERMINATED', told), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  // given up without a word: what the machine knows of the end is still wanted, once
  ['fell silent', started('TASK_TIMEOUT'), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'RESEND' }],
  ['was lost', started('FAILED'), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'RESEND' }],
  ['spoke late', started('TASK_TIMEOUT', late), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['was lost and found', started('FAILED', late), { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
];

it.each(TABLE)('judges a held task that %s', (_, task, verdicts) => {
  const given = Object.keys(verdicts).map((state) => [state, verdictOn(task, state as HeldState)]);
  expect(Object.fromEntries(given)).toEqual(verdicts);
});

it('judges every status', () => {
  expect(new Set(TABLE.flatMap(([, task]) => task?.status ?? []))).toEqual(new Set(TASK_STATUSES));
});

it('never lets a script go on that the service did not start', () => {
  for (const [, task] of TABLE) {
    expect(verdictOn(task, 'RUNNING') === 'GO_ON').toBe(task?.status === 'RUNNING');
  }
});

it('F54: in a restored store, lets go on what was started after the backup, and asks for its end', () => {
  for (const task of [undefined, waiting('PENDING'), waiting('DELIVERING'), waiting('DELIVER_DELAYED')]) {
    expect(verdictOn(task, 'RUNNING', true)).toBe('GO_ON');
    expect(verdictOn(task, 'FINISHED', true)).toBe('RESEND');
    expect(verdictOn(task, 'CLAIMED', true)).toBe(verdictOn(task, 'CLAIMED'));
  }
  for (const [, task, verdicts] of TABLE) {
    if (task === undefined || ['PENDING', 'DELIVERING', 'DELIVER_DELAYED'].includes(task.status)) continue;
    for (const state of ['CLAIMED', 'RUNNING', 'FINISHED'] as const) {
      expect(verdictOn(task, state, true)).toBe(verdicts[state]);
    }
  }
});
