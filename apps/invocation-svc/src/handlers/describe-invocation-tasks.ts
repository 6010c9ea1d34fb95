import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection, type SelectionRules } from '@muster/command';
import type { InvocationService } from '@muster/contract';
import { commandResource, instanceResource } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { taskToProto } from '../convert.ts';
import { decideOnFound } from '../decide-on-found.ts';
import { checkInvocationTaskId } from '../domain/ids.ts';
import { OutputReader } from '../store/output-reader.ts';
import { RunList } from '../store/run-list.ts';
import { RunReader } from '../store/run-reader.ts';

const SELECTION: SelectionRules = {
  idsField: 'InvocationTaskIds',
  checkId: checkInvocationTaskId,
  filters: { 'invocation-task-id': 'any', 'invocation-id': 'any', 'instance-id': 'any', 'command-id': 'any' },
};

export function describeInvocationTasks({
  db,
  region,
}: Pick<Context, 'db' | 'region'>): MethodImpl<typeof InvocationService.method.describeInvocationTasks> {
  const list = new RunList(db);
  const runs = new RunReader(db);
  const outputs = new OutputReader(db);
  return async (request, context) => {
    const call = callOf(context);
    const { invocationTaskIds: ids, filters, limit, offset, hideOutput = true } = request;
    const selection = { accountUin: call.caller.accountUin, ids, filters };
    const page = checkSelection({ ids, filters, limit, offset }, SELECTION);
    const { commands, instanceIds } = await list.subjectsOfTasks(selection);
    const resources = [
      ...commands.map((id) => ({ resource: commandResource(region, id) })),
      ...instanceIds.map((id) => ({ resource: instanceResource(region, id) })),
    ];
    const allowed = await decideOnFound(call, resources, { named: ids.length > 0 });
    const sight = {
      commands: commands.filter((_, index) => allowed[index]),
      instanceIds: instanceIds.filter((_, index) => allowed[commands.length + index]),
    };
    const { total, tasks } = await list.tasks(selection, sight, page);
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
