import type { Clock } from '@muster/kernel';
import { TICKET_MS } from '@muster/terminal';
import type { Kysely } from 'kysely';
import { changeSession } from '../change-session.ts';
import type { SessionSchema } from '../store/schema.ts';
import { SessionStore } from '../store/session-store.ts';
import { TicketStore } from '../store/ticket-store.ts';

const EVERY_MS = 5_000;
/** A connection is a session of its own, and programs open many: those that are over do not stay for ever. */
export const FORWARDED_FOR_MS = 30 * 86_400_000;
/** In one transaction; what is left waits for the next round. */
const FORGOTTEN_AT_ONCE = 1_000;

/**
 * Ends sessions whose ticket was never used, and forgets tickets that nobody can use any more and forwarded connections that are over for
 * long: now, and every five seconds from then on.
 */
export function startForgettingUnused(
  db: Kysely<SessionSchema>,
  { clock, onError }: { readonly clock: Clock; readonly onError: (error: unknown) => void },
): AsyncDisposable {
  let running = Promise.resolve();
  const forget = () => {
    running = running.then(() => forgetUnused(db, clock.now())).catch(onError);
  };
  forget();
  const timer = setInterval(forget, EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}

/** One round of it. */
export async function forgetUnused(db: Kysely<SessionSchema>, now: number): Promise<void> {
  for (const session of await new SessionStore(db).neverUsed(now - TICKET_MS)) {
    const change = { event: 'finish', reason: 'NOT_USED' } as const;
    await db.transaction().execute((trx) => changeSession(trx, session, change, now));
  }
  await new TicketStore(db).forgetExpired(now);
  await new SessionStore(db).forgetForwarded(now - FORWARDED_FOR_MS, FORGOTTEN_AT_ONCE);
}
