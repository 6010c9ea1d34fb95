import type { InvocationStatus } from './invocation-status.ts';
import { isFinal, isWaiting, type TaskStatus } from './task-status.ts';

/** The status of a run from those of its tasks, at least one (section 6.3; the first rule that fits). */
export function rollUp(statuses: Iterable<TaskStatus>): InvocationStatus {
  const present = [...new Set(statuses)];
  const every = (...these: TaskStatus[]) => present.every((status) => these.includes(status));
  const some = (...these: TaskStatus[]) => present.some((status) => these.includes(status));

  if (some('CANCELLING')) return 'CANCELLING';
  if (present.every(isWaiting)) return 'PENDING';
  if (!present.every(isFinal)) return 'RUNNING';
  if (every('SUCCESS')) return 'SUCCESS';
  if (every('CANCELLED', 'TERMINATED')) return 'CANCELLED';
  if (every('TIMEOUT', 'TASK_TIMEOUT')) return 'TIMEOUT';
  if (every('SUCCESS', 'CANCELLED', 'TERMINATED')) return 'PARTIAL_CANCELLED';
  // cancelled and failed without a success: failures are the more urgent news
  if (some('SUCCESS', 'CANCELLED', 'TERMINATED')) return 'PARTIAL_FAILED';
  return 'FAILED';
}
