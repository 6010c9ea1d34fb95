/** Where a run stands as a whole: TAT's nine (section 6.3). */
export const INVOCATION_STATUSES = [
  'PENDING',
  'RUNNING',
  'CANCELLING',
  'SUCCESS',
  'TIMEOUT',
  'FAILED',
  'CANCELLED',
  'PARTIAL_FAILED',
  'PARTIAL_CANCELLED',
] as const;
export type InvocationStatus = (typeof INVOCATION_STATUSES)[number];

/** Whether every task of the run has ended. */
export function isFinished(status: InvocationStatus): boolean {
  return status !== 'PENDING' && status !== 'RUNNING' && status !== 'CANCELLING';
}
