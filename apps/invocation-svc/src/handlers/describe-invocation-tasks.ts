import type { MethodImpl } from '@connectrpc/connect';
import { checkCommandId, checkSelection, type SelectionRules } from '@muster/command';
import type { InvocationService } from '@muster/contract';
import { EVERYTHING } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { commandRef, distinctRefs, instanceRefs, planTasks } from '../decision-subjects.ts';
import { checkInvocationId, checkInvocationTaskId } from '../domain/ids.ts';
import { checkInstanceId } from '../domain/targets.ts';
import { TASK_STATUSES } from '../domain/task-status.ts';
import { taskToProto } from '../run-convert.ts';
import { OutputReader } from '../store/output-reader.ts';
import { RunList, type RunSelection, type TaskPlans } from '../store/run-list.ts';
import { RunReader } from '../store/run-reader.ts';
import { EVERY_INSTANCE } from '../store/visible.ts';

const SELECTION: SelectionRules = {
  idsField: 'InvocationTaskIds',
  checkId: checkInvocationTaskId,
  filters: {
    'invocation-task-id': checkInvocationTaskId,
    'invocation-id': checkInvocationId,
    'instance-id': checkInstanceId,
    'command-id': checkCommandId,
    'task-status': TASK_STATUSES,
  },
};

export function describeInvocationTasks({
  db,
  region,
}: Pick<Context, 'db' | 'region'>): MethodImpl<typeof InvocationService.method.describeInvocationTasks> {
  const list = new RunList(db);
  const runs = new RunReader(db);
  const outputs = new OutputReader(db);

  /** Tasks that are named must all be allowed: leaving out what is denied would pass for its absence. */
  const visibleOf = async (selection: RunSelection, call: Call): Promise<TaskPlans> => {
    const named = selection.ids.length > 0 ? await list.placesOfTasks(selection) : [];
    if (named.length === 0) return planTasks(call, region);
    const commands = await runs.commandsOf([...new Set(named.map((task) => task.invocationId))]);
    const instanceIds = [...new Set(named.map((task) => task.instanceId))];
    await call.authorize([
      ...distinctRefs([...commands.values()].map((command) => commandRef(region, command))),
      ...(await instanceRefs({ db, region }, instanceIds)),
    ]);
    return { commands: EVERYTHING, instances: EVERY_INSTANCE };
  };

  return async (request, context) => {
    const call = callOf(context);
    const { invocationTaskIds: ids, filters, limit, offset, hideOutput = true } = request;
    const selection = { accountUin: call.caller.accountUin, ids, filters };
    const page = checkSelection({ ids, filters, limit, offset }, SELECTION);
    const visible = await visibleOf(selection, call);
    const { total, tasks } = await list.tasks(selection, visible, page);
    const invocations = await runs.invocations([...new Set(tasks.map((task) => task.invocationId))]);
    const runOf = new Map(invocations.map((invocation) => [invocation.invocationId, invocation]));
    const invocationTaskSet = [];
    for (const task of tasks) {
      const result = hideOutput ? undefined : await outputs.result(task);
      invocationTaskSet.push(taskToProto(task, runOf.get(task.invocationId)!, result));
    }
    return { totalCount: total, invocationTaskSet };
  };
}
