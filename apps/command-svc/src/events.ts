import { create, toBinary } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { subjects } from '@muster/bus';
import { EventSchema } from '@muster/contract';
import type { OutboxMessage } from '@muster/db';
import type { Saving } from './domain/command.ts';

/** What can happen to a command. */
export type CommandVerb = 'created' | 'modified' | 'deleted';

/** The event that tells of it; `version` is 0 once the command is deleted. */
export function commandChanged(
  verb: CommandVerb,
  { accountUin, commandId, version }: { accountUin: string; commandId: string; version: number },
  { uin, now }: Saving,
): OutboxMessage {
  const eventId = crypto.randomUUID();
  const event = create(EventSchema, {
    eventId,
    time: timestampFromMs(now),
    accountUin,
    uin,
    body: { case: 'commandChanged', value: { commandId, version } },
  });
  return {
    messageId: eventId,
    subject: subjects.event('command', 'command', verb),
    payload: toBinary(EventSchema, event),
  };
}
