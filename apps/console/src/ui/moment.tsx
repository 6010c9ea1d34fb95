import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { ago, instant, localTime, utcTime } from './time.ts';

let now = Date.now();
const listeners = new Set<() => void>();
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const each of [...listeners]) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, once a second, from one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** "12 s ago", with the moment itself on hover in the reader's zone and in UTC. */
export function Ago({ time }: { time: Timestamp | undefined }) {
  const at = instant(time);
  const current = useNow();
  if (at === undefined) return <span>never</span>;
  return (
    <Tooltip label={`${localTime(at)} · ${utcTime(at)}`}>
      <time dateTime={new Date(at).toISOString()} className="nums" style={{ whiteSpace: 'nowrap' }}>
        {ago(Math.max(0, current - at))}
      </time>
    </Tooltip>
  );
}

/** A moment in the reader's zone, UTC on hover. */
export function Moment({ time }: { time: Timestamp | undefined }) {
  const at = instant(time);
  if (at === undefined) return <span>–</span>;
  return (
    <Tooltip label={utcTime(at)}>
      <time dateTime={new Date(at).toISOString()} className="nums" style={{ whiteSpace: 'nowrap' }}>
        {localTime(at)}
      </time>
    </Tooltip>
  );
}
