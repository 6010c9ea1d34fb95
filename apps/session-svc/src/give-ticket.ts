import type { MessageInitShape } from '@bufbuild/protobuf';
import type { SessionTicketSchema } from '@muster/contract';
import type { Caller } from '@muster/rpc';
import type { Ticket } from '@muster/terminal';
import type { SessionContext } from './context.ts';
import { toTicket } from './convert.ts';
import { bearerOf } from './principal.ts';
import type { Session } from './store/session-store.ts';
import { TicketStore } from './store/ticket-store.ts';

/** A ticket for a session that there is. To be called after the call was decided. */
export async function giveTicket(
  { db, clock }: Pick<SessionContext, 'db' | 'clock'>,
  caller: Caller,
  { session, mode }: { readonly session: Session; readonly mode: Ticket['mode'] },
): Promise<MessageInitShape<typeof SessionTicketSchema>> {
  const { session_id: sessionId, instance_id: instanceId } = session;
  const what = { sessionId, instanceId, ...bearerOf(caller), mode };
  return toTicket(sessionId, await new TicketStore(db).issue(what, clock.now()));
}
