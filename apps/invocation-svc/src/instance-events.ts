import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { subjects } from '@muster/bus';
import { EventSchema } from '@muster/contract';
import type { OutboxMessage } from '@muster/db';
import type { CloneSign } from './domain/clone.ts';

/** A machine, as events name it. */
export interface EventMachine {
  readonly accountUin: string;
  readonly instanceId: string;
}

/** Tells that a machine registered. */
export function instanceRegistered(machine: EventMachine & { registerCodeId: string }, now: number): OutboxMessage {
  const { instanceId, registerCodeId } = machine;
  return message('registered', machine, now, { case: 'instanceRegistered', value: { instanceId, registerCodeId } });
}

/** Tells that an agent came or went. */
export function presenceChanged(machine: EventMachine, online: boolean, now: number): OutboxMessage {
  const { instanceId } = machine;
  return message(online ? 'online' : 'offline', machine, now, {
    case: 'instancePresenceChanged',
    value: { instanceId, online },
  });
}

/** Tells that two machines speak with one identity. */
export function cloneNoticed(machine: EventMachine, sign: CloneSign, now: number): OutboxMessage {
  const { instanceId } = machine;
  return message('clone-noticed', machine, now, { case: 'instanceCloneNoticed', value: { instanceId, sign } });
}

/** Tells that a machine was removed, and by whom. */
export function instanceRemoved(machine: EventMachine, uin: string, now: number): OutboxMessage {
  const { instanceId } = machine;
  return message('removed', machine, now, { case: 'instanceRemoved', value: { instanceId } }, uin);
}

function message(
  verb: string,
  { accountUin }: EventMachine,
  now: number,
  body: NonNullable<MessageInitShape<typeof EventSchema>['body']>,
  uin = '0',
): OutboxMessage {
  const eventId = crypto.randomUUID();
  const event = create(EventSchema, { eventId, time: timestampFromMs(now), accountUin, uin, body });
  return {
    messageId: eventId,
    subject: subjects.event('invocation', 'instance', verb),
    payload: toBinary(EventSchema, event),
  };
}
