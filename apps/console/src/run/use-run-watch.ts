import { useEffect, useState, useSyncExternalStore } from 'react';
import { RunWatch } from './run-watch.ts';

const nothing = () => () => {};
const zero = () => 0;

/** Follows a run while the component is on the page. The component renders again with every change, at most once per frame. */
export function useRunWatch(invocationId: string): RunWatch | undefined {
  const [watch, setWatch] = useState<RunWatch | null>(null);
  useEffect(() => {
    const started = new RunWatch(invocationId);
    setWatch(started);
    started.start();
    return () => started.stop();
  }, [invocationId]);
  useSyncExternalStore(watch === null ? nothing : watch.subscribe, watch === null ? zero : watch.version);
  return watch ?? undefined;
}
