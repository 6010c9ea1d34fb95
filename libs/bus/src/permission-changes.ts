import { EventSchema } from '@muster/contract';
import type { Bus } from './bus.ts';
import { PERMISSIONS_CHANGED } from './subjects.ts';

/** Hears that permissions of an account changed; nothing when changes of any account may have been missed. */
export type PermissionListener = (accountUin?: string) => void;

/** Changes of permissions as iam-svc tells of them. A message may get lost: whoever must be sure asks again from time to time. */
export interface PermissionFeed extends Disposable {
  subscribe(listener: PermissionListener): Disposable;
}

/** Listens for as long as the connection lives, or until disposed. */
export function permissionFeed(bus: Bus): PermissionFeed {
  const listeners = new Set<PermissionListener>();
  const tell = (accountUin?: string) => {
    for (const listener of [...listeners]) listener(accountUin);
  };
  const subscription = bus.subscribe(PERMISSIONS_CHANGED, EventSchema, ({ accountUin }) => tell(accountUin));
  const reconnected = bus.onReconnect(() => tell());
  return {
    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.dispose]() {
      subscription.unsubscribe();
      reconnected[Symbol.dispose]();
      listeners.clear();
    },
  };
}
