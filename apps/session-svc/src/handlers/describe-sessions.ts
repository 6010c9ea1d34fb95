import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { SessionService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { SessionContext } from '../context.ts';
import { toSession } from '../convert.ts';
import { SESSION_SELECTION } from '../domain/session-rules.ts';
import { SessionStore } from '../store/session-store.ts';
import { visibleSessions } from '../visible-instances.ts';

export function describeSessions(
  parts: Pick<SessionContext, 'db' | 'region' | 'machines' | 'relays'>,
): MethodImpl<typeof SessionService.method.describeSessions> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const { sessionIds, filters, limit, offset } = request;
    const selection = checkSelection({ ids: sessionIds, filters, limit, offset }, SESSION_SELECTION);
    const ids = [...new Set(selection.ids)];
    const visible = await visibleSessions(parts, call, ids);
    const { total, sessions } = await new SessionStore(parts.db).page({ accountUin, ids, filters, visible }, selection);
    return {
      totalCount: total,
      sessionSet: sessions.map((session) => toSession(session, parts.relays.watchersOf(session.session_id))),
    };
  };
}
