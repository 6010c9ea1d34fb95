import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { subjects } from '@muster/bus';
import { EventSchema } from '@muster/contract';
import type { OutboxMessage } from '@muster/db';
import { isFinished } from './domain/invocation-status.ts';
import type { RunChange } from './domain/run-change.ts';
import { isFinal } from './domain/task-status.ts';
import { INVOCATION_STATUS_TO_PROTO, TASK_STATUS_TO_PROTO } from './enum-convert.ts';

type Body = NonNullable<MessageInitShape<typeof EventSchema>['body']>;

/** The event that tells other services of a change; most changes are nobody else's business. */
export function eventOf(change: RunChange): OutboxMessage | undefined {
  const { invocationId } = change;
  switch (change.kind) {
    case 'created': {
      const { commandId, accountUin, uin, createdAt } = change.invocation;
      const value = { invocationId, commandId, taskCount: change.taskCount };
      return message(
        'invocation',
        'created',
        { accountUin, uin, time: createdAt },
        { case: 'invocationCreated', value },
      );
    }
    case 'task': {
      const { invocationTaskId, instanceId, status, exitCode, accountUin, updatedAt } = change.task;
      if (!isFinal(status)) return undefined;
      const taskStatus = TASK_STATUS_TO_PROTO[status];
      const value = {
        invocationId,
        invocationTaskId,
        instanceId,
        taskStatus,
        ...(exitCode === undefined ? {} : { exitCode }),
      };
      return message('task', 'finished', { accountUin, uin: '0', time: updatedAt }, { case: 'taskFinished', value });
    }
    case 'late': {
      const { invocationTaskId, instanceId, accountUin } = change.task;
      const { status, exitCode, receivedAt } = change.late;
      const value = {
        invocationId,
        invocationTaskId,
        instanceId,
        taskStatus: TASK_STATUS_TO_PROTO[status],
        ...(exitCode === undefined ? {} : { exitCode }),
      };
      return message(
        'task',
        'late_result',
        { accountUin, uin: '0', time: receivedAt },
        { case: 'taskLateResult', value },
      );
    }
    case 'invocation': {
      const { status, accountUin, updatedAt } = change.invocation;
      if (!isFinished(status)) return undefined;
      const value = { invocationId, invocationStatus: INVOCATION_STATUS_TO_PROTO[status] };
      return message(
        'invocation',
        'finished',
        { accountUin, uin: '0', time: updatedAt },
        { case: 'invocationFinished', value },
      );
    }
    case 'output':
      return undefined;
  }
}

function message(
  noun: string,
  verb: string,
  { accountUin, uin, time }: { accountUin: string; uin: string; time: number },
  body: Body,
): OutboxMessage {
  const eventId = crypto.randomUUID();
  const event = create(EventSchema, { eventId, time: timestampFromMs(time), accountUin, uin, body });
  return {
    messageId: eventId,
    subject: subjects.event('invocation', noun, verb),
    payload: toBinary(EventSchema, event),
  };
}
