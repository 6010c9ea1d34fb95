import { create, toBinary } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { subjects } from '@muster/bus';
import { EventSchema } from '@muster/contract';
import type { OutboxMessage } from '@muster/db';
import type { IamWriters } from './store/iam-writers.ts';

/** Who changed what may change decisions. */
export interface Change {
  readonly accountUin: string;
  /** Who did it. */
  readonly uin: string;
  /** The CAM action that did it. */
  readonly action: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Raises the account's revision and tells of it, in the transaction of the change itself. */
export async function recordChange(writers: IamWriters, change: Change): Promise<void> {
  const revision = await writers.accounts.bumpRevision(change.accountUin);
  await writers.announce(permissionsChanged(change, revision));
}

/** The same for a change that is felt in other accounts too, because tokens for them end with it. */
export async function recordChanges(writers: IamWriters, others: readonly string[], change: Change): Promise<void> {
  for (const accountUin of new Set([change.accountUin, ...others]))
    await recordChange(writers, { ...change, accountUin });
}

function permissionsChanged({ accountUin, uin, action, now }: Change, revision: number): OutboxMessage {
  const eventId = crypto.randomUUID();
  const event = create(EventSchema, {
    eventId,
    time: timestampFromMs(now),
    accountUin,
    uin,
    body: { case: 'permissionsChanged', value: { revision: BigInt(revision), action } },
  });
  return {
    messageId: eventId,
    subject: subjects.event('iam', 'permissions', 'changed'),
    payload: toBinary(EventSchema, event),
  };
}
