import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  EndReason as PbEndReason,
  SessionKind as PbSessionKind,
  type SessionSchema as PbSessionSchema,
  type SessionSettings as PbSessionSettings,
  SessionState as PbSessionState,
  SessionMode,
  type SessionTicketSchema,
} from '@muster/contract';
import { invalid } from '@muster/kernel';
import type { EndReason, SessionState } from '@muster/terminal';
import type { SessionKindName } from './domain/session-kind.ts';
import type { SettingsChange } from './domain/session-settings.ts';
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

const KIND_NAMES: Readonly<Record<number, SessionKindName>> = {
  [PbSessionKind.UNSPECIFIED]: 'SHELL',
  [PbSessionKind.SHELL]: 'SHELL',
  [PbSessionKind.FILES]: 'FILES',
  [PbSessionKind.FORWARD]: 'FORWARD',
};

/** What a session is to be for; a number that this version of the contract does not know is passed on as text, for the refusal to name. */
export function kindName(kind: PbSessionKind): string {
  return KIND_NAMES[kind] ?? String(kind);
}

/** What to do in a session. Refusal: InvalidParameterValue. */
export function joinMode(mode: SessionMode): 'watch' | 'drive' {
  switch (mode) {
    case SessionMode.UNSPECIFIED:
    case SessionMode.WATCH:
      return 'watch';
    case SessionMode.DRIVE:
      return 'drive';
    default:
      throw invalid('InvalidParameterValue', 'SessionMode', `must be WATCH or DRIVE, was ${String(mode)}`);
  }
}

/** What is to be set; absent stays. */
export function settingsChange(given: PbSessionSettings | undefined): SettingsChange {
  return {
    recordOutput: given?.recordOutput,
    recordInput: given?.recordInput,
    recordingDays: given?.recordingDays,
    recordingMegabytes: given?.recordingMegabytes,
    idleSeconds: given?.idleSeconds,
    longestSeconds: given?.longestSeconds,
  };
}
