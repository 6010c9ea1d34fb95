import { formatDuration } from '../domain/duration.ts';
import { hasEnded, type TaskStatusName, wasCancelled } from '../domain/outcome.ts';
import { instances } from '../domain/summary.ts';
import { groupTasks, type TaskGroup } from '../domain/task-groups.ts';
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

/**
 * Prints what came of a run: machine by machine, only those that did not succeed when there are many, and how many ended in the same way
 * when those are many too.
 */
export function printResultTable(channel: Channel, tasks: readonly TaskView[]): void {
  const many = tasks.length > ROWS_MAX;
  const rows = many ? tasks.filter(({ status }) => status !== 'SUCCESS') : tasks;
  if (rows.length > ROWS_MAX) printGroups(channel, groupTasks(rows));
  else if (rows.length > 0) printRows(channel, rows);
  if (many) channel.line(`${instances(tasks.length - rows.length)} that succeeded left out`);
}

function printRows(channel: Channel, rows: readonly TaskView[]): void {
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
  printTable(channel, columns, rows);
}

function printGroups(channel: Channel, groups: readonly TaskGroup[]): void {
  const shown = groups.slice(0, ROWS_MAX);
  printTable(channel, GROUP_COLUMNS, shown);
  const rest = groups.slice(ROWS_MAX).reduce((sum, { count }) => sum + count, 0);
  if (rest > 0) channel.line(`${instances(rest)} that ended in ${groups.length - ROWS_MAX} other ways left out`);
}

const GROUP_COLUMNS: readonly Column<TaskGroup>[] = [
  { heading: 'INSTANCES', cell: ({ count }) => String(count) },
  { heading: 'STATUS', cell: ({ status }) => status, color: ({ status }, colors) => statusColor(status, colors) },
  { heading: 'EXIT CODE', cell: ({ exitCode }) => exitCode?.toString() ?? '' },
  { heading: 'SUCH AS', cell: ({ example }) => example },
  { heading: 'REASON', cell: ({ reason }) => reason, flexible: true },
];

/** The colour of a run's status. */
export function invocationColor(status: string, colors: Colors): (text: string) => string {
  if (status === 'SUCCESS') return colors.green;
  if (status === 'CANCELLED' || status === 'PARTIAL_CANCELLED') return colors.yellow;
  return ['FAILED', 'PARTIAL_FAILED', 'TIMEOUT'].includes(status) ? colors.red : String;
}
