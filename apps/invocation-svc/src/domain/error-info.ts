import type { Task } from './task.ts';
import type { TaskReport } from './task-end.ts';

/** Of what machines say, no more is kept. */
export const SAID_MAX_CHARACTERS = 1_024;

/** Why a task ended as its machine says, in words; empty for a success. The number or limit that matters is always named. */
export function reportInWords(report: TaskReport, { timeout }: Pick<Task, 'timeout'>): string {
  const { outcome, exitCode } = report;
  const said = report.errorInfo.slice(0, SAID_MAX_CHARACTERS);
  switch (outcome) {
    case 'SUCCESS':
    case 'FAILED':
      return exitCode === 0 && outcome === 'SUCCESS' ? said : exitInWords(exitCode, said);
    case 'TIMEOUT':
      return withSaid(`the script ran longer than its timeout of ${seconds(timeout)} and was killed`, said);
    case 'TERMINATED':
      return withSaid('the run was cancelled and the script killed', said);
    case 'START_FAILED':
      return said || 'the machine could not start the script and did not say why';
    case 'INTERRUPTED':
      // the status does not tell an interrupted script from a failed one: the words must
      return said.startsWith('INTERRUPTED')
        ? said
        : `INTERRUPTED: ${said || 'the machine does not know how the script ended'}`;
  }
}

/** Why a machine's script counts as lost. */
export const LOST_IN_WORDS = {
  INTERRUPTED: 'INTERRUPTED: the machine no longer has the script, so its end cannot be known',
  AGENT_STATE_LOST: 'AGENT_STATE_LOST: the agent lost its journal, so the end of the script cannot be known',
} as const;

/** Why a cancelled task never ran. */
export const CANCELLED_IN_WORDS = 'the run was cancelled before the script started';

/** Why a task never ran whose maker may not have it run any more. */
export function withdrawnInWords(why: string): string {
  return `the permission to run it was withdrawn before the script started: ${why}`;
}

/** Why a task was given up that had not started. */
export function undeliveredInWords({ createdAt, deadlineAt = createdAt, offlineExpiresAt }: Task): string {
  return offlineExpiresAt === undefined
    ? `the machine did not ask to start it within ${seconds((deadlineAt - createdAt) / 1_000)}`
    : `the machine was absent and did not come back to start it by ${new Date(offlineExpiresAt).toISOString()}`;
}

/** Why a task was given up whose order the service could not make; what exactly was wrong is in its log. */
export const UNSENDABLE_IN_WORDS =
  'the service could not make its order, and tried again until it was too late to start';

/** Why a started task was given up. */
export function silenceInWords({ status, timeout }: Task): string {
  return status === 'CANCELLING'
    ? 'the run was cancelled, and the machine did not confirm it in time'
    : `nothing was heard of it until its timeout of ${seconds(timeout)} and the grace after it had passed`;
}

function exitInWords(exitCode: number, said: string): string {
  const exit = `exit code ${exitCode}`;
  return said.includes(exit) ? said : withSaid(`the script ended with ${exit}`, said);
}

function withSaid(words: string, said: string): string {
  return said === '' ? words : `${words}; ${said}`;
}

function seconds(count: number): string {
  return count === 1 ? '1 second' : `${count} seconds`;
}
