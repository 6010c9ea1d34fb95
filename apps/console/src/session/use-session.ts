import { useSyncExternalStore } from 'react';
import { type Session, session } from './session.ts';

export function useSession(): Session | undefined {
  return useSyncExternalStore(session.subscribe, () => session.current);
}

export function useExpiredSession(): Session | undefined {
  return useSyncExternalStore(session.subscribe, () => session.expired);
}
