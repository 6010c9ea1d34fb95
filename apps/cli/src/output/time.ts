import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import { formatAgo, formatDuration } from '../domain/duration.ts';

/** How long ago; empty when it never was. */
export function ago(time: Timestamp | undefined, nowMs: number): string {
  return time ? formatAgo(nowMs - timestampMs(time)) : '';
}

/** When, in the reader's own time zone, and how long ago; empty when it never was. */
export function when(time: Timestamp | undefined, nowMs: number): string {
  return time ? `${local(time)} (${ago(time, nowMs)})` : '';
}

/** Until when, in the reader's own time zone, and how long that is; empty when there is no end. */
export function until(time: Timestamp | undefined, nowMs: number): string {
  return time ? `${local(time)} (in ${formatDuration(timestampMs(time) - nowMs)})` : '';
}

function local(time: Timestamp): string {
  return new Date(timestampMs(time)).toLocaleString('sv-SE', { timeZoneName: 'short' });
}
