/** Where a run stands on one machine: TAT's thirteen (section 6.1). */
export const TASK_STATUSES = [
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
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** What can happen to a task. */
export const TASK_EVENTS = [
  'deliver', // its order is sent to the machine, perhaps again
  'unheard', // nobody listened
  'expire', // the delivery deadline passed
  'start', // the machine asked to start and was allowed to
  'cancel', // somebody asked to cancel it
  'succeed', // the script ended with exit code 0
  'fail', // the script ended otherwise, or its end cannot be known
  'time out', // the machine killed it at its time limit
  'terminate', // the machine killed it for a cancel
  'fail to start', // the machine could not start it
  'fall silent', // nothing was heard until timeout and grace had passed
] as const;
export type TaskEvent = (typeof TASK_EVENTS)[number];

const SENT = {
  deliver: 'DELIVER_DELAYED',
  expire: 'DELIVER_FAILED',
  start: 'RUNNING',
  cancel: 'CANCELLED',
  'fail to start': 'START_FAILED',
} as const;

const STARTED = {
  succeed: 'SUCCESS',
  fail: 'FAILED',
  'time out': 'TIMEOUT',
  terminate: 'TERMINATED',
  'fail to start': 'START_FAILED',
  'fall silent': 'TASK_TIMEOUT',
} as const;

/**
 * Every transition there is (section 6.2; where it leaves a choice open, docs/states.md tells what was chosen). Statuses without a
 * way out are final.
 */
export const TRANSITIONS: Readonly<Record<TaskStatus, Readonly<Partial<Record<TaskEvent, TaskStatus>>>>> = {
  PENDING: { deliver: 'DELIVERING', expire: 'DELIVER_FAILED', cancel: 'CANCELLED' },
  DELIVERING: { ...SENT, unheard: 'DELIVER_DELAYED' },
  DELIVER_DELAYED: SENT,
  RUNNING: { ...STARTED, cancel: 'CANCELLING' },
  CANCELLING: STARTED,
  DELIVER_FAILED: {},
  START_FAILED: {},
  SUCCESS: {},
  FAILED: {},
  TIMEOUT: {},
  TASK_TIMEOUT: {},
  CANCELLED: {},
  TERMINATED: {},
};

/** The status after `event`, or undefined when that cannot happen in `status`. */
export function after(status: TaskStatus, event: TaskEvent): TaskStatus | undefined {
  return TRANSITIONS[status][event];
}

/** Nothing happens to the task any more. */
export function isFinal(status: TaskStatus): boolean {
  return Object.keys(TRANSITIONS[status]).length === 0;
}

/** Not started yet, and may still. */
export function isWaiting(status: TaskStatus): boolean {
  return after(status, 'deliver') !== undefined;
}

/** Started on the machine, as far as the service knows, and not ended. */
export function isUnderWay(status: TaskStatus): boolean {
  return after(status, 'succeed') !== undefined;
}
