import { requireText } from '@muster/command';
import { notFound, Refusal } from '@muster/kernel';
import type { Call } from '@muster/rpc';
import type { Context } from './context.ts';
import { commandRef, instanceRefs } from './decision-subjects.ts';
import { checkInvocationTaskId } from './domain/ids.ts';
import type { Task } from './domain/task.ts';
import { RunReader } from './store/run-reader.ts';

/**
 * A task whose output the caller may read: one of the caller's account, allowed on its command and its machine. Refusals:
 * MissingParameter, InvalidParameterValue.InvalidInvocationTaskId, ResourceNotFound, UnauthorizedOperation.CamAuthFailed.
 */
export async function readableTask(
  { db, region }: Pick<Context, 'db' | 'region'>,
  call: Call,
  given: string,
): Promise<Task> {
  const runs = new RunReader(db);
  const id = checkInvocationTaskId(requireText('InvocationTaskId', given), 'InvocationTaskId');
  const task = await runs.task(id);
  const invocation = task && (await runs.invocation(call.caller.accountUin, task.invocationId));
  if (!task || !invocation) throw notFound('ResourceNotFound', 'invocation task', id);
  const commands = await runs.commandsOf([invocation.invocationId]);
  await call.authorize([
    ...[...commands.values()].map((command) => commandRef(region, command)),
    ...(await instanceRefs({ db, region }, [task.instanceId])),
  ]);
  return task;
}

/** The refusal of reading what was removed by age or size, also while it is being read. */
export function outputRemoved(invocationTaskId: string): Refusal {
  return new Refusal(
    'not_found',
    'ResourceNotFound',
    `the output of invocation task \`${invocationTaskId}\` is no longer stored: it was removed by age or size`,
  );
}
