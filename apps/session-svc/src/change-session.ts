import { addToOutbox } from '@muster/db';
import type { Transaction } from 'kysely';
import { sessionEnded, sessionStarted } from './events.ts';
import type { SessionSchema } from './store/schema.ts';
import { type Session, type SessionChange, SessionStore } from './store/session-store.ts';

/** When something happens, and what else is told of an end. */
export interface Happening {
  readonly now: number;
  /** The last hash of the recording, if there is one. */
  readonly recordingHash?: Uint8Array | undefined;
}

/**
 * Lets something happen to a session, and tells other services when it started or is over: both or neither. Undefined as for
 * `SessionStore.apply`.
 */
export async function changeSession(
  trx: Transaction<SessionSchema>,
  session: Session,
  change: SessionChange,
  { now, recordingHash }: Happening,
): Promise<Session | undefined> {
  const changed = await new SessionStore(trx).apply(session, change, now);
  if (changed && change.event === 'start') await addToOutbox(trx, [sessionStarted(changed, now)]);
  if (changed?.state === 'ENDED') await addToOutbox(trx, [sessionEnded(changed, now, recordingHash)]);
  return changed;
}
