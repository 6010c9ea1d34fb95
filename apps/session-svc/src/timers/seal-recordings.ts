import type { Kysely } from 'kysely';
import type { Recorders } from '../relay/recorder.ts';
import type { SessionSchema } from '../store/schema.ts';

const EVERY_MS = 30_000;

const NOBODY = { onCommitted: () => undefined, onLost: () => undefined };

/**
 * Seals, at the last byte that was committed, recordings of sessions that are over and that nobody sealed: the disk was full at their end, or
 * the machine was lost while no service ran. Now, and every half minute from then on.
 */
export function startSealingRecordings(
  db: Kysely<SessionSchema>,
  {
    recorders,
    onError,
  }: { readonly recorders: Recorders; readonly onError: (error: unknown, sessionId: string) => void },
): AsyncDisposable {
  let running = Promise.resolve();
  const seal = () => {
    running = running.then(() => sealRecordings(db, { recorders, onError })).catch((error) => onError(error, ''));
  };
  seal();
  const timer = setInterval(seal, EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}

/** One round of it. A recording that was changed is left as it is: whoever reads it is told. */
export async function sealRecordings(
  db: Kysely<SessionSchema>,
  {
    recorders,
    onError,
  }: { readonly recorders: Recorders; readonly onError: (error: unknown, sessionId: string) => void },
): Promise<void> {
  const sessions = await db
    .selectFrom('recording')
    .innerJoin('session', 'session.session_id', 'recording.session_id')
    .selectAll('session')
    .where('recording.sealed_at', 'is', null)
    .where('session.state', '=', 'ENDED')
    .execute();
  for (const session of sessions) {
    try {
      const recorder = await recorders.open(session, NOBODY);
      await recorder.seal();
    } catch (error) {
      onError(error, session.session_id);
    }
  }
}
