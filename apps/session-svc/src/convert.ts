import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  EndReason as PbEndReason,
  SessionKind as PbSessionKind,
  type SessionSchema as PbSessionSchema,
  SessionState as PbSessionState,
  type SessionTicketSchema,
} from '@muster/contract';
import type { EndReason, SessionState } from '@muster/terminal';
import type { SessionKindName } from './domain/session-kind.ts';
import type { Session } from './store/session-store.ts';
import type { IssuedTicket } from './store/ticket-store.ts';

/** Where a session stands, as answers say it. */
export const STATE_TO_PROTO = {
  PENDING: PbSessionState.PENDING,
  STARTING: PbSessionState.STARTING,
  CONNECTED: PbSessionState.CONNECTED,
  DETACHED: PbSessionState.DETACHED,
  SILENT: PbSessionState.SILENT,
  ENDING: PbSessionState.ENDING,
  ENDED: PbSessionState.ENDED,
} satisfies Record<SessionState, PbSessionState>;

/** Why it ended, as answers and events say it. */
export const END_REASON_TO_PROTO = {
  EXITED: PbEndReason.EXITED,
  CLOSED: PbEndReason.CLOSED,
  TERMINATED: PbEndReason.TERMINATED,
  REVOKED: PbEndReason.REVOKED,
  IDLE: PbEndReason.IDLE,
  TOO_LONG: PbEndReason.TOO_LONG,
  GRACE_OVER: PbEndReason.GRACE_OVER,
  MACHINE_LOST: PbEndReason.MACHINE_LOST,
  START_FAILED: PbEndReason.START_FAILED,
  NOT_USED: PbEndReason.NOT_USED,
} satisfies Record<EndReason, PbEndReason>;

/** What it is for, as answers and events say it. */
export const KIND_TO_PROTO = {
  SHELL: PbSessionKind.SHELL,
  FILES: PbSessionKind.FILES,
  FORWARD: PbSessionKind.FORWARD,
} satisfies Record<SessionKindName, PbSessionKind>;

/** A session as answers show it. */
export function toSession(session: Session, watchers: readonly string[]): MessageInitShape<typeof PbSessionSchema> {
  const { end_reason: endReason, exit_code: exitCode, started_at: startedAt, ended_at: endedAt } = session;
  return {
    sessionId: session.session_id,
    instanceId: session.instance_id,
    username: session.username,
    createUin: session.create_uin,
    reason: session.reason,
    sessionState: STATE_TO_PROTO[session.state],
    errorInfo: session.error_info,
    createdTime: timestampFromMs(session.created_at),
    activeTime: timestampFromMs(session.active_at),
    watcherUins: [...watchers],
    sessionKind: KIND_TO_PROTO[session.kind],
    forwardTo: session.forward_to,
    // what must end has a reason before it has ended
    ...(endReason !== null && session.state === 'ENDED' && { endReason: END_REASON_TO_PROTO[endReason] }),
    ...(exitCode !== null && { exitCode }),
    ...(startedAt !== null && { startTime: timestampFromMs(startedAt) }),
    ...(endedAt !== null && { endTime: timestampFromMs(endedAt) }),
  };
}

/** A ticket as its owner gets it. */
export function toTicket(
  sessionId: string,
  { text, expiresAt }: IssuedTicket,
): MessageInitShape<typeof SessionTicketSchema> {
  return { sessionId, ticket: text, expireTime: timestampFromMs(expiresAt) };
}
