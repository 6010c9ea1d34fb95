import { expect, it } from 'vitest';
import { reportInWords, silenceInWords, undeliveredInWords } from './error-info.ts';
import type { Task } from './task.ts';
import type { TaskOutcome, TaskReport } from './task-end.ts';

const say = (outcome: TaskOutcome, exitCode: number, errorInfo = '', timeout = 30) =>
  reportInWords({ outcome, exitCode, errorInfo } as TaskReport, { timeout });

it.each<[string, string]>([
  [say('SUCCESS', 0), ''],
  [say('SUCCESS', 2), 'the script ended with exit code 2'],
  [say('FAILED', 3), 'the script ended with exit code 3'],
  [say('FAILED', 3, 'no such host'), 'the script ended with exit code 3; no such host'],
  [
    say('FAILED', 137, 'exit code 137 is how a shell reports signal KILL'),
    'exit code 137 is how a shell reports signal KILL',
  ],
  [say('TIMEOUT', -1), 'the script ran longer than its timeout of 30 seconds and was killed'],
  [say('TIMEOUT', -1, '', 1), 'the script ran longer than its timeout of 1 second and was killed'],
  [
    say('TERMINATED', -1, 'these processes could not be killed: 7'),
    'the run was cancelled and the script killed; these processes could not be killed: 7',
  ],
  [say('START_FAILED', -1, 'InvalidUser: no such user'), 'InvalidUser: no such user'],
  [say('START_FAILED', -1), 'the machine could not start the script and did not say why'],
  [say('INTERRUPTED', -1, 'INTERRUPTED: the machine restarted'), 'INTERRUPTED: the machine restarted'],
  [say('INTERRUPTED', -1, 'who knows'), 'INTERRUPTED: who knows'],
  [say('INTERRUPTED', -1), 'INTERRUPTED: the machine does not know how the script ended'],
])('a report becomes %j', (words, expected) => {
  expect(words).toBe(expected);
});

it('a machine may not talk without end', () => {
  expect(say('START_FAILED', -1, 'x'.repeat(2_000))).toHaveLength(1_024);
});

it('what nobody reported is said as well', () => {
  const task = { createdAt: 0, deadlineAt: 60_000, offlineExpiresAt: undefined, status: 'RUNNING', timeout: 5 } as Task;
  expect(undeliveredInWords(task)).toBe('the machine did not ask to start it within 60 seconds');
  expect(undeliveredInWords({ ...task, offlineExpiresAt: 86_400_000 })).toBe(
    'the machine was absent and did not come back to start it by 1970-01-02T00:00:00.000Z',
  );
  expect(silenceInWords(task)).toContain('timeout of 5 seconds');
  expect(silenceInWords({ ...task, status: 'CANCELLING' })).toContain('cancelled');
});
