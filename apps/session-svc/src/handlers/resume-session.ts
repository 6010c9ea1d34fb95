import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { askAgain } from '../decision-subjects.ts';
import { namedSession, noSession, requireState } from '../domain/session-rules.ts';
import { giveTicket } from '../give-ticket.ts';
import { bearerOf } from '../principal.ts';
import { SessionStore } from '../store/session-store.ts';

export function resumeSession(
  parts: Pick<SessionContext, 'db' | 'clock' | 'region' | 'machines'>,
): MethodImpl<typeof SessionService.method.resumeSession> {
  return async ({ sessionId: given }, context) => {
    const call = callOf(context);
    const sessionId = namedSession(given);
    const session = await new SessionStore(parts.db).find(call.caller.accountUin, sessionId);
    if (session?.principal !== bearerOf(call.caller).principal) throw noSession(sessionId);
    const { action, resources } = await askAgain(parts, session, 'resume');
    await call.authorize(resources, { action });
    requireState(session, ['PENDING', 'STARTING', 'CONNECTED', 'DETACHED', 'SILENT']);
    // whose first answer was lost has opened nothing yet
    const mode = session.state === 'PENDING' ? 'open' : 'resume';
    return { ticket: await giveTicket(parts, call.caller, { session, mode }) };
  };
}
