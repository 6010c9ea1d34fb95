import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type AuditRecord, AuditRecordSchema, type LastUsed, LastUsedSchema, Outcome } from '@muster/contract';
import { outcomeColor } from './output/explanation.ts';
import type { Listing } from './output/list.ts';
import { ago } from './output/time.ts';

const WORD: Readonly<Partial<Record<Outcome, string>>> = {
  [Outcome.ALLOWED]: 'allowed',
  [Outcome.EXPLICIT_DENY]: 'denied by a statement',
  [Outcome.IMPLICIT_DENY]: 'not allowed',
};

/** How records are listed. */
export const RECORD_LISTING: Omit<Listing<typeof AuditRecordSchema>, 'items'> = {
  schema: AuditRecordSchema,
  names: { list: 'Records' },
  none: 'no such records',
  columns: [
    { heading: 'NO', cell: ({ sequence }) => String(sequence) },
    { heading: 'TIME', cell: ({ time }) => (time ? new Date(timestampMs(time)).toLocaleString('sv-SE') : '') },
    { heading: 'WHO', cell: ({ principal }) => principal?.name || (principal?.uin ?? '') },
    { heading: 'ACTION', cell: ({ action }) => action },
    {
      heading: 'OUTCOME',
      cell: ({ outcome }) => WORD[outcome] ?? 'unknown',
      color: ({ outcome }, colors) => outcomeColor(outcome, colors),
    },
    { heading: 'FROM', cell: ({ sourceIp }) => sourceIp },
    { heading: 'ON', cell: onWhat, flexible: true },
  ],
};

function onWhat({ resources, resourceCount }: AuditRecord): string {
  const [first = ''] = resources;
  return resourceCount > 1 ? `${first} and ${resourceCount - 1} more` : first;
}

/** How uses of actions are listed. */
export function lastUsedListing(
  now: number,
  nameOf: (uin: string) => string,
): Omit<Listing<typeof LastUsedSchema>, 'items'> {
  return {
    schema: LastUsedSchema,
    names: { list: 'List', total: 'TotalNum' },
    none: 'nothing was used yet',
    columns: [
      { heading: 'WHO', cell: ({ uin }: LastUsed) => nameOf(uin) },
      { heading: 'ACTION', cell: ({ action }) => action },
      { heading: 'LAST USED', cell: ({ lastUsedTime }) => ago(lastUsedTime, now) },
      { heading: 'TIMES', cell: ({ count }) => String(count) },
    ],
  };
}
