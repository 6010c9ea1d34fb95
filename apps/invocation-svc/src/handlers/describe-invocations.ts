import type { MethodImpl } from '@connectrpc/connect';
import { checkCommandId, checkSelection, type SelectionRules } from '@muster/command';
import type { InvocationService } from '@muster/contract';
import { commandResource, EVERYTHING, type ResourcePlan } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { commandRef, distinctRefs } from '../decision-subjects.ts';
import { checkInvocationId, checkInvokerId } from '../domain/ids.ts';
import { INVOCATION_STATUSES } from '../domain/invocation-status.ts';
import { invocationToProto } from '../run-convert.ts';
import { RunList, type RunSelection } from '../store/run-list.ts';
import { RunReader } from '../store/run-reader.ts';

const SELECTION: SelectionRules = {
  idsField: 'InvocationIds',
  checkId: checkInvocationId,
  filters: {
    'invocation-id': checkInvocationId,
    'command-id': checkCommandId,
    'command-created-by': ['TAT', 'USER'],
    'instance-kind': ['CVM', 'LIGHTHOUSE', 'REGISTERED', 'MIXED'],
    'invocation-status': INVOCATION_STATUSES,
    'invoker-id': checkInvokerId,
    'parent-invocation-id': checkInvocationId,
  },
};

export function describeInvocations({
  db,
  region,
}: Pick<Context, 'db' | 'region'>): MethodImpl<typeof InvocationService.method.describeInvocations> {
  const list = new RunList(db);
  const reader = new RunReader(db);

  /** Runs that are named must all be allowed: leaving out what is denied would pass for its absence. */
  const visibleOf = async (selection: RunSelection, call: Call): Promise<ResourcePlan> => {
    const named = selection.ids.length > 0 ? await list.runIds(selection) : [];
    if (named.length === 0) return (await call.plan([commandResource(region, '*')]))[0]!;
    const commands = [...(await reader.commandsOf(named)).values()];
    await call.authorize(distinctRefs(commands.map((command) => commandRef(region, command))));
    return EVERYTHING;
  };

  return async (request, context) => {
    const call = callOf(context);
    const { invocationIds: ids, filters, limit, offset } = request;
    const selection = { accountUin: call.caller.accountUin, ids, filters };
    const page = checkSelection({ ids, filters, limit, offset }, SELECTION);
    const visible = await visibleOf(selection, call);
    const { total, runs } = await list.runs(selection, visible, page);
    const tasks = await list.briefs(runs.map((run) => run.invocationId));
    return {
      totalCount: total,
      invocationSet: runs.map((run) => invocationToProto(run, tasks.get(run.invocationId))),
    };
  };
}
