import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import { formatAgo } from '../domain/duration.ts';

/** How long ago; empty when it never was. */
export function ago(time: Timestamp | undefined, nowMs: number): string {
  return time ? formatAgo(nowMs - timestampMs(time)) : '';
}

/** When, in the reader's own time zone, and how long ago; empty when it never was. */
export function when(time: Timestamp | undefined, nowMs: number): string {
  if (!time) return '';
  const text = new Date(timestampMs(time)).toLocaleString('sv-SE', { timeZoneName: 'short' });
  return `${text} (${ago(time, nowMs)})`;
}
