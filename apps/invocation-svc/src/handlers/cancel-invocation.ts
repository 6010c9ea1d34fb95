import type { MethodImpl } from '@connectrpc/connect';
import { requireText } from '@muster/command';
import {
  CancelInvocationRequestSchema,
  CancelInvocationResponseSchema,
  type InvocationService,
} from '@muster/contract';
import { answeredBefore, checkClientToken } from '@muster/db';
import { notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { instanceRefs } from '../decision-subjects.ts';
import { checkInvocationId } from '../domain/ids.ts';
import type { Invocation } from '../domain/invocation.ts';
import { CANCEL_INSTANCES_MAX, checkRelated, distinctInstanceIds } from '../domain/targets.ts';
import { cancel } from '../domain/task-end.ts';
import { RunReader } from '../store/run-reader.ts';
import { writeOnce } from '../write-once.ts';

/** Tasks in one transaction: whoever follows the run must be able to keep pace, and other writes wait meanwhile. */
const BATCH = 500;

export function cancelInvocation(
  context: Pick<Context, 'db' | 'write' | 'clock' | 'rules' | 'region' | 'vault' | 'kickDispatch'>,
): MethodImpl<typeof InvocationService.method.cancelInvocation> {
  const { db, write, clock, rules, kickDispatch } = context;
  const reader = new RunReader(db);

  /** Cancels what has not ended; false once there is nothing more behind `position`. */
  const cancelBatch = (invocation: Invocation, chosen: ReadonlySet<string>, position: number) =>
    write(async ({ runs }) => {
      const now = clock.now();
      const open = await runs.openTasksOf(invocation.invocationId, { after: position, most: BATCH });
      for (const task of open) {
        const cancelled = chosen.has(task.instanceId) && cancel(task, now, rules);
        if (cancelled) await runs.change(task, cancelled);
      }
      return open.length === BATCH ? open.at(-1)?.position : undefined;
    }, invocation.accountUin);

  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    const { caller } = call;
    checkClientToken(request.clientToken);
    const invocationId = checkInvocationId(requireText('InvocationId', request.invocationId), 'InvocationId');
    const named = distinctInstanceIds(request.instanceIds, CANCEL_INSTANCES_MAX);
    const invocation = await reader.invocation(caller.accountUin, invocationId);
    if (!invocation) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', invocationId);
    const all = (await reader.placesOf(invocationId)).map((place) => place.instanceId);
    checkRelated(invocationId, named, all);
    const chosen = new Set(named.length > 0 ? named : all);
    await call.authorize(await instanceRefs(context, [...chosen]));

    const messages = { input: CancelInvocationRequestSchema, request, output: CancelInvocationResponseSchema };
    if (await answeredBefore(db, { ...caller, vault: context.vault }, messages)) return {};
    let position: number | undefined = -1;
    while (position !== undefined) position = await cancelBatch(invocation, chosen, position);
    kickDispatch();
    if (request.clientToken) await writeOnce(context, { caller, ...messages }, async () => ({}));
    return {};
  };
}
