import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { joinMode } from '../convert.ts';
import { askAgain } from '../decision-subjects.ts';
import { requireWatcherRoom } from '../domain/session-limits.ts';
import { namedSession, noSession, requireShared, requireState } from '../domain/session-rules.ts';
import { giveTicket } from '../give-ticket.ts';
import { SessionStore } from '../store/session-store.ts';

export function joinSession(
  parts: Pick<SessionContext, 'db' | 'clock' | 'region' | 'machines' | 'relays'>,
): MethodImpl<typeof SessionService.method.joinSession> {
  return async ({ sessionId: given, sessionMode }, context) => {
    const call = callOf(context);
    const sessionId = namedSession(given);
    const mode = joinMode(sessionMode);
    const session = await new SessionStore(parts.db).find(call.caller.accountUin, sessionId);
    if (!session) throw noSession(sessionId);
    const { action, resources } = await askAgain(parts, session, mode);
    await call.authorize(resources, { action });
    requireShared(session.kind);
    requireState(session, ['STARTING', 'CONNECTED', 'DETACHED', 'SILENT']);
    if (mode === 'watch') requireWatcherRoom(parts.relays.watchersOf(sessionId).length);
    return { ticket: await giveTicket(parts, call.caller, { session, mode }) };
  };
}
