import type { InvocationTask } from '@muster/contract';
import { instances } from '../domain/summary.ts';
import { printTable } from './table.ts';
import type { Channel } from './terminal.ts';

/** Above this many rows only what could not be uploaded is listed. */
const ROWS_MAX = 50;

/** Prints where the full outputs are in the bucket, and why some are not there; nothing for runs that upload nothing. */
export function printUploads(channel: Channel, tasks: readonly InvocationTask[]): void {
  const uploads = tasks
    .map(({ instanceName, instanceId, taskResult }) => ({
      name: instanceName || instanceId,
      url: taskResult?.outputUrl ?? '',
      error: taskResult?.outputUploadCosErrorInfo ?? '',
    }))
    .filter(({ url, error }) => url !== '' || error !== '');
  if (uploads.length === 0) return;
  const rows = uploads.length > ROWS_MAX ? uploads.filter(({ error }) => error !== '').slice(0, ROWS_MAX) : uploads;
  channel.line();
  if (rows.length > 0) {
    printTable(
      channel,
      [
        { heading: 'INSTANCE', cell: ({ name }) => name },
        {
          heading: 'FULL OUTPUT',
          cell: ({ url, error }) => url || `not uploaded: ${error}`,
          color: ({ error }, colors) => (error ? colors.yellow : String),
        },
      ],
      rows,
    );
  }
  const rest = uploads.length - rows.length;
  if (rest > 0) channel.line(`full output of ${instances(rest)} left out; --json has all of it`);
}
