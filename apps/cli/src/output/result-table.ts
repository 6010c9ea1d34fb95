import { formatDuration } from '../domain/duration.ts';
import { hasEnded, type TaskStatusName, wasCancelled } from '../domain/outcome.ts';
import { instances } from '../domain/summary.ts';
import type { TaskView } from '../run-ledger.ts';
import { type Column, printTable } from './table.ts';
import type { Channel, Colors } from './terminal.ts';

/** Above this many rows only what did not succeed is listed. */
const ROWS_MAX = 50;

/** The colour of a task's status: green, red, yellow for cancelled, none while it is under way. */
export function statusColor(status: TaskStatusName, colors: Colors): (text: string) => string {
  if (status === 'SUCCESS') return colors.green;
  if (wasCancelled(status)) return colors.yellow;
  return hasEnded(status) ? colors.red : String;
}

/** Prints what came of a run, machine by machine. */
export function printResultTable(channel: Channel, tasks: readonly TaskView[]): void {
  const many = tasks.length > ROWS_MAX;
  const rows = many ? tasks.filter(({ status }) => status !== 'SUCCESS') : tasks;
  const columns: Column<TaskView>[] = [
    { heading: 'INSTANCE', cell: ({ name }) => name },
    { heading: 'ID', cell: ({ id }) => id, color: (_, colors) => colors.dim },
    { heading: 'STATUS', cell: ({ status }) => status, color: ({ status }, colors) => statusColor(status, colors) },
    { heading: 'EXIT CODE', cell: ({ exitCode }) => exitCode?.toString() ?? '' },
    { heading: 'DURATION', cell: ({ durationMs }) => (durationMs === undefined ? '' : formatDuration(durationMs)) },
  ];
  if (rows.some(({ reason }) => reason !== '')) {
    columns.push({ heading: 'REASON', cell: ({ reason }) => reason, flexible: true });
  }
  if (rows.length > 0) printTable(channel, columns, rows);
  if (many) channel.line(`${instances(tasks.length - rows.length)} that succeeded left out`);
}

/** The colour of a run's status. */
export function invocationColor(status: string, colors: Colors): (text: string) => string {
  if (status === 'SUCCESS') return colors.green;
  if (status === 'CANCELLED' || status === 'PARTIAL_CANCELLED') return colors.yellow;
  return ['FAILED', 'PARTIAL_FAILED', 'TIMEOUT'].includes(status) ? colors.red : String;
}
