import { InvocationStatus, TaskStatus } from '@muster/contract';

/** Six kinds of state that a person tells apart; each has a word, an icon and a colour. */
export type Outcome = 'waiting' | 'running' | 'succeeded' | 'failed' | 'timeout' | 'cancelled';

export const OUTCOMES: readonly Outcome[] = ['running', 'waiting', 'failed', 'timeout', 'cancelled', 'succeeded'];

export const OUTCOME_WORDS: Record<Outcome, string> = {
  waiting: 'Waiting',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  timeout: 'Timed out',
  cancelled: 'Cancelled',
};

/** Names of the theme's colours. */
export const OUTCOME_COLORS: Record<Outcome, string> = {
  waiting: 'gray',
  running: 'petrol',
  succeeded: 'leaf',
  failed: 'brick',
  timeout: 'amber',
  cancelled: 'gray',
};

/** A status as it is shown. */
export interface Shown {
  readonly word: string;
  readonly outcome: Outcome;
}

const TASK: Record<TaskStatus, Shown> = {
  [TaskStatus.UNSPECIFIED]: { word: 'Unknown', outcome: 'waiting' },
  [TaskStatus.PENDING]: { word: 'Pending', outcome: 'waiting' },
  [TaskStatus.DELIVERING]: { word: 'Delivering', outcome: 'waiting' },
  [TaskStatus.DELIVER_DELAYED]: { word: 'Delivery delayed', outcome: 'waiting' },
  [TaskStatus.DELIVER_FAILED]: { word: 'Not delivered', outcome: 'failed' },
  [TaskStatus.START_FAILED]: { word: 'Start failed', outcome: 'failed' },
  [TaskStatus.RUNNING]: { word: 'Running', outcome: 'running' },
  [TaskStatus.SUCCESS]: { word: 'Succeeded', outcome: 'succeeded' },
  [TaskStatus.FAILED]: { word: 'Failed', outcome: 'failed' },
  [TaskStatus.TIMEOUT]: { word: 'Timed out', outcome: 'timeout' },
  [TaskStatus.TASK_TIMEOUT]: { word: 'Instance lost', outcome: 'timeout' },
  [TaskStatus.CANCELLING]: { word: 'Cancelling', outcome: 'running' },
  [TaskStatus.CANCELLED]: { word: 'Cancelled', outcome: 'cancelled' },
  [TaskStatus.TERMINATED]: { word: 'Terminated', outcome: 'cancelled' },
};

const INVOCATION: Record<InvocationStatus, Shown> = {
  [InvocationStatus.UNSPECIFIED]: { word: 'Unknown', outcome: 'waiting' },
  [InvocationStatus.PENDING]: { word: 'Pending', outcome: 'waiting' },
  [InvocationStatus.RUNNING]: { word: 'Running', outcome: 'running' },
  [InvocationStatus.CANCELLING]: { word: 'Cancelling', outcome: 'running' },
  [InvocationStatus.SUCCESS]: { word: 'Succeeded', outcome: 'succeeded' },
  [InvocationStatus.TIMEOUT]: { word: 'Timed out', outcome: 'timeout' },
  [InvocationStatus.FAILED]: { word: 'Failed', outcome: 'failed' },
  [InvocationStatus.CANCELLED]: { word: 'Cancelled', outcome: 'cancelled' },
  [InvocationStatus.PARTIAL_FAILED]: { word: 'Partly failed', outcome: 'failed' },
  [InvocationStatus.PARTIAL_CANCELLED]: { word: 'Partly cancelled', outcome: 'cancelled' },
};

/** A status this build does not know is shown as unknown, never as an error. */
export function shownTask(status: TaskStatus): Shown {
  return TASK[status] ?? TASK[TaskStatus.UNSPECIFIED];
}

export function shownInvocation(status: InvocationStatus): Shown {
  return INVOCATION[status] ?? INVOCATION[InvocationStatus.UNSPECIFIED];
}

/** Whether a state can still change. */
export function isOpen({ outcome }: Shown): boolean {
  return outcome === 'waiting' || outcome === 'running';
}

/** How many tasks are in each kind of state. */
export function score(statuses: Iterable<TaskStatus>): Record<Outcome, number> {
  const counts: Record<Outcome, number> = { waiting: 0, running: 0, succeeded: 0, failed: 0, timeout: 0, cancelled: 0 };
  for (const status of statuses) counts[shownTask(status).outcome] += 1;
  return counts;
}
