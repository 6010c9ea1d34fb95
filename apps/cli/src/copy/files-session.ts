import { setTimeout as sleep } from 'node:timers/promises';
import { SessionKind } from '@muster/contract';
import { refusalIn } from '../failure.ts';
import type { Session } from '../session.ts';
import { openByteLink } from './byte-link.ts';
import { FilesClient } from './files-client.ts';

/** How long to wait for a place when as many sessions are open, or were opened, as may be. */
const QUEUE_MS = 600_000;
const QUEUE_LOOK_MS = 5_000;
/** How long the file server may take to end. */
const BYE_MS = 5_000;

/** Whose files, and why. */
export interface FilesWanted {
  readonly instanceId: string;
  /** Empty for the service's default. */
  readonly username: string;
  readonly reason: string;
}

/** Opens a session with the file server of a machine for as long as `work` takes. A signal ends it in the middle. */
export async function withFiles<T>(
  session: Session,
  { signal, ...wanted }: FilesWanted & { readonly signal: AbortSignal },
  work: (client: FilesClient) => Promise<T>,
): Promise<T> {
  const over = Promise.withResolvers<void>();
  const link = openByteLink(session, {
    open: () => inQueue(() => session.shells.openSession({ ...wanted, sessionKind: SessionKind.FILES }), signal),
    receive: (bytes) => client.receive(bytes),
    ended(error) {
      client.lost(error ?? new Error('the file server ended'));
      over.resolve();
    },
  });
  const client = new FilesClient((bytes) => link.send(bytes));
  const stop = () => {
    client.lost(signal.reason);
    link.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await client.hello();
    const done = await work(client);
    await client.bye();
    const late = new AbortController();
    await Promise.race([over.promise, sleep(BYE_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    return done;
  } finally {
    signal.removeEventListener('abort', stop);
    link.close();
  }
}

/** Waits while a limit of sessions is used up: those before it end, and minutes pass. */
async function inQueue<T>(open: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const end = Date.now() + QUEUE_MS;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal?.kind !== 'exhausted' || Date.now() >= end) throw error;
      await sleep(Number(refusal.details.retryAfterMs ?? QUEUE_LOOK_MS), undefined, { signal });
    }
  }
}
