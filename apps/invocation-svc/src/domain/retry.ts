import { invalid, Refusal } from '@muster/kernel';
import { isFinal, TASK_STATUSES, type TaskStatus } from './task-status.ts';

/** A machine of a run and how it went there. */
export interface TaskPlace {
  readonly instanceId: string;
  readonly status: TaskStatus;
}

/** Everything that ended but did not succeed. */
export const RETRIED: readonly TaskStatus[] = TASK_STATUSES.filter((status) => isFinal(status) && status !== 'SUCCESS');

/** How a task must have ended to be run again; every unhappy end when none is given. Refusal: InvalidParameterValue. */
export function checkRetryStatuses(given: readonly (TaskStatus | undefined)[]): readonly TaskStatus[] {
  const statuses = given.filter((status) => status !== undefined && RETRIED.includes(status)) as TaskStatus[];
  if (statuses.length === given.length) return given.length === 0 ? RETRIED : statuses;
  throw invalid('InvalidParameterValue', 'TaskStatuses', `must be ${RETRIED.join(', ')}, one is not`);
}

/** The machines on which a run ended so. */
export function endedAs(statuses: readonly TaskStatus[], places: readonly TaskPlace[]): readonly string[] {
  return places.filter(({ status }) => statuses.includes(status)).map(({ instanceId }) => instanceId);
}

/**
 * The run is repeated on machines where it ended in one of `statuses`. Refusals: OperationDenied for none at all, InvalidParameterValue for
 * one that is named and ended otherwise.
 */
export function checkRetried(
  invocationId: string,
  places: readonly TaskPlace[],
  { machines, statuses }: { readonly machines: readonly string[]; readonly statuses: readonly TaskStatus[] },
): void {
  if (machines.length === 0) {
    throw denied(`\`${invocationId}\` has no machine to run on again: none ended as ${statuses.join(', ')}`);
  }
  const fit = new Set(endedAs(statuses, places));
  const other = machines.find((id) => !fit.has(id));
  if (other === undefined) return;
  const status = places.find(({ instanceId }) => instanceId === other)?.status;
  throw invalid(
    'InvalidParameterValue',
    'InstanceIds',
    `must be machines on which the run ended as ${statuses.join(', ')}, on \`${other}\` it is ${status}`,
  );
}

/** Refusal: OperationDenied for a run that is still under way. */
export function requireEnded(invocationId: string, ended: boolean): void {
  if (!ended) throw denied(`\`${invocationId}\` has not ended; cancel it, or wait for its end`);
}

function denied(message: string): Refusal {
  return new Refusal('conflict', 'OperationDenied', message, { field: 'InvocationId' });
}
