import type { MethodImpl } from '@connectrpc/connect';
import type { SessionService } from '@muster/contract';
import { type Call, callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { checkReason } from '../domain/opening.ts';
import { noSession, sessionsToClose } from '../domain/session-rules.ts';
import { authorizeInstances } from '../named-sessions.ts';
import { bearerOf } from '../principal.ts';
import { type Session, SessionStore } from '../store/session-store.ts';

type CloseParts = Pick<SessionContext, 'db' | 'region' | 'machines' | 'relays'>;

export function closeSession(parts: CloseParts): MethodImpl<typeof SessionService.method.closeSession> {
  return async (request, context) => {
    const call = callOf(context);
    const { caller } = call;
    const ids = sessionsToClose(request.sessionIds);
    const reason = checkReason(request.reason);
    const sessions = await new SessionStore(parts.db).byIds(caller.accountUin, ids);
    const found = new Set(sessions.map((session) => session.session_id));
    const missing = ids.find((id) => !found.has(id));
    if (missing) throw noSession(missing);
    await decide(parts, call, sessions);
    const words = `ended by ${caller.uin}${reason && `: ${reason}`}`;
    const open = sessions.filter(({ state }) => state !== 'ENDED');
    await Promise.all(open.map(({ session_id: id }) => parts.relays.end(id, { reason: 'TERMINATED', words })));
    return {};
  };
}

/** Who opened a session leaves it without anybody's leave, unless somebody else has taken it over. */
async function decide(parts: CloseParts, call: Call, sessions: readonly Session[]): Promise<void> {
  const { principal } = bearerOf(call.caller);
  const others = sessions.filter((session) => {
    const driver = parts.relays.driverOf(session.session_id) ?? session.principal;
    return session.principal !== principal || driver !== principal;
  });
  if (others.length === 0) call.concernsCallerOnly();
  else await authorizeInstances(parts, call, others);
}
