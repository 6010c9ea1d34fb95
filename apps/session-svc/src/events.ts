import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { subjects } from '@muster/bus';
import { EventSchema } from '@muster/contract';
import type { OutboxMessage } from '@muster/db';
import { END_REASON_TO_PROTO, KIND_TO_PROTO } from './convert.ts';
import type { Session } from './store/session-store.ts';

/** Who caused something, and when. `uin` is 0 for the service itself. */
export interface Cause {
  readonly uin: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Tells that a session was allowed. */
export function sessionOpened(session: Session, now: number): OutboxMessage {
  const { create_uin: uin, reason } = session;
  return message('opened', session, { uin, now }, (subject) => ({
    case: 'sessionOpened',
    value: { session: subject, reason },
  }));
}

/** Tells that its shell runs. */
export function sessionStarted(session: Session, now: number): OutboxMessage {
  return message('started', session, { uin: session.create_uin, now }, (subject) => ({
    case: 'sessionRuns',
    value: { session: subject },
  }));
}

/** Tells that somebody watches or drives somebody else's session. */
export function sessionJoined(
  session: Session,
  { drives, ...cause }: Cause & { readonly drives: boolean },
): OutboxMessage {
  return message('joined', session, cause, (subject) => ({
    case: 'sessionJoined',
    value: { session: subject, drives },
  }));
}

/** Tells that a session is over. `recordingHash` is the last one of its recording, if it has one. */
export function sessionEnded(session: Session, now: number, recordingHash?: Uint8Array): OutboxMessage {
  const { end_reason: reason, error_info: errorInfo, exit_code: exitCode } = session;
  return message('ended', session, { uin: '0', now }, (subject) => ({
    case: 'sessionEnded',
    value: {
      ...{ session: subject, errorInfo },
      ...(reason !== null && { endReason: END_REASON_TO_PROTO[reason] }),
      ...(exitCode !== null && { exitCode }),
      ...(recordingHash && { recordingHash }),
    },
  }));
}

type Body = NonNullable<MessageInitShape<typeof EventSchema>['body']>;

function message(
  verb: string,
  session: Session,
  { uin, now }: Cause,
  body: (subject: ReturnType<typeof subjectOf>) => Body,
): OutboxMessage {
  const eventId = crypto.randomUUID();
  const event = create(EventSchema, {
    ...{ eventId, uin, time: timestampFromMs(now), accountUin: session.account_uin },
    body: body(subjectOf(session)),
  });
  return {
    messageId: eventId,
    subject: subjects.event('session', 'session', verb),
    payload: toBinary(EventSchema, event),
  };
}

function subjectOf(session: Session) {
  return {
    sessionId: session.session_id,
    instanceId: session.instance_id,
    sessionKind: KIND_TO_PROTO[session.kind],
    username: session.username,
    createUin: session.create_uin,
    forwardTo: session.forward_to,
  };
}
