import { expect, it } from 'vitest';
import { type HeldState, type Verdict, verdictOn } from './reconcile.ts';
import { TASK_STATUSES, type TaskStatus } from './task-status.ts';

it.each<[string, TaskStatus | undefined, Record<HeldState, Verdict>]>([
  ['is unknown', undefined, { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['has ended', 'CANCELLED', { CLAIMED: 'FORGET', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['waits for its start', 'DELIVERING', { CLAIMED: 'GO_ON', RUNNING: 'KILL', FINISHED: 'FORGET' }],
  ['runs', 'RUNNING', { CLAIMED: 'GO_ON', RUNNING: 'GO_ON', FINISHED: 'RESEND' }],
  ['is being cancelled', 'CANCELLING', { CLAIMED: 'KILL', RUNNING: 'KILL', FINISHED: 'RESEND' }],
])('judges a held task that %s', (_, status, verdicts) => {
  for (const [state, verdict] of Object.entries(verdicts)) {
    expect(verdictOn(status, state as HeldState)).toBe(verdict);
  }
});

it('never lets a script go on that the service did not start', () => {
  for (const status of TASK_STATUSES) {
    const goesOn = verdictOn(status, 'RUNNING') === 'GO_ON';
    expect(goesOn).toBe(status === 'RUNNING');
  }
});
