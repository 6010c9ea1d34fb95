import { addToOutbox } from '@muster/db';
import type { Transaction } from 'kysely';
import { sessionEnded, sessionStarted } from './events.ts';
import { RecordingReader } from './store/recording-reader.ts';
import type { SessionSchema } from './store/schema.ts';
import { type Session, type SessionChange, SessionStore } from './store/session-store.ts';

/**
 * Lets something happen to a session, and tells other services when it started or is over (with the last hash of its recording, so that
 * nobody can shorten that afterwards): both or neither. Undefined as for `SessionStore.apply`.
 */
export async function changeSession(
  trx: Transaction<SessionSchema>,
  session: Session,
  change: SessionChange,
  now: number,
): Promise<Session | undefined> {
  const changed = await new SessionStore(trx).apply(session, change, now);
  if (changed && change.event === 'start') await addToOutbox(trx, [sessionStarted(changed, now)]);
  if (changed?.state === 'ENDED') {
    const recording = await new RecordingReader(trx).ofSession(changed.session_id);
    await addToOutbox(trx, [sessionEnded(changed, now, recording?.last_hash)]);
  }
  return changed;
}
