import { useSyncExternalStore } from 'react';
import { desk } from './desk.ts';

/** Renders again with every change of any tab. */
export function useDesk() {
  useSyncExternalStore(desk.subscribe, desk.version);
  return desk;
}
