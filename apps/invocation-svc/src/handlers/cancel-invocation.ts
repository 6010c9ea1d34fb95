import type { MethodImpl } from '@connectrpc/connect';
import { requireText } from '@muster/command';
import type { InvocationService } from '@muster/contract';
import { invalid, notFound } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { instanceRefs } from '../decision-subjects.ts';
import { checkInvocationId } from '../domain/ids.ts';
import { CANCEL_INSTANCES_MAX, distinctInstanceIds } from '../domain/targets.ts';
import { cancel } from '../domain/task.ts';
import { RunReader } from '../store/run-reader.ts';

export function cancelInvocation({
  db,
  write,
  clock,
  rules,
  region,
  kickDispatch,
}: Pick<Context, 'db' | 'write' | 'clock' | 'rules' | 'region' | 'kickDispatch'>): MethodImpl<
  typeof InvocationService.method.cancelInvocation
> {
  const reader = new RunReader(db);
  return async (request, context) => {
    const call = callOf(context);
    const invocationId = checkInvocationId(requireText('InvocationId', request.invocationId), 'InvocationId');
    const named = distinctInstanceIds(request.instanceIds, CANCEL_INSTANCES_MAX);
    const invocation = await reader.invocation(call.caller.accountUin, invocationId);
    if (!invocation) throw notFound('ResourceNotFound.InvocationNotFound', 'invocation', invocationId);
    const all = (await reader.tasksOf(invocationId)).map((task) => task.instanceId);
    const foreign = named.find((id) => !all.includes(id));
    if (foreign !== undefined) {
      throw invalid(
        'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
        'InstanceIds',
        `must be machines of \`${invocationId}\`, \`${foreign}\` is not`,
      );
    }
    const chosen = new Set(named.length > 0 ? named : all);
    await call.authorize(await instanceRefs({ db, region }, [...chosen]));
    await write(async ({ runs }) => {
      const now = clock.now();
      for (const task of await runs.tasksOf(invocationId)) {
        const cancelled = chosen.has(task.instanceId) && cancel(task, now, rules);
        if (cancelled) await runs.change(task, cancelled);
      }
    });
    kickDispatch();
    return {};
  };
}
