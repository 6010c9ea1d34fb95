import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection, type SelectionRules } from '@muster/command';
import type { InvocationService } from '@muster/contract';
import { commandResource } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import type { Context } from '../context.ts';
import { invocationToProto } from '../convert.ts';
import { decideOnFound } from '../decide-on-found.ts';
import { checkInvocationId } from '../domain/ids.ts';
import { RunList } from '../store/run-list.ts';

const SELECTION: SelectionRules = {
  idsField: 'InvocationIds',
  checkId: checkInvocationId,
  filters: { 'invocation-id': 'any', 'command-id': 'any', 'instance-kind': ['CVM', 'LIGHTHOUSE', 'REGISTERED'] },
};

export function describeInvocations({
  db,
  region,
}: Pick<Context, 'db' | 'region'>): MethodImpl<typeof InvocationService.method.describeInvocations> {
  const list = new RunList(db);
  return async (request, context) => {
    const call = callOf(context);
    const { invocationIds: ids, filters, limit, offset } = request;
    const selection = { accountUin: call.caller.accountUin, ids, filters };
    const page = checkSelection({ ids, filters, limit, offset }, SELECTION);
    const commands = await list.commandsOfRuns(selection);
    const resources = commands.map((id) => ({ resource: commandResource(region, id) }));
    const allowed = await decideOnFound(call, resources, { named: ids.length > 0 });
    const seen = commands.filter((_, index) => allowed[index]);
    const { total, runs } = await list.runs(selection, seen, page);
    const tasks = await list.briefs(runs.map((run) => run.invocationId));
    return {
      totalCount: total,
      invocationSet: runs.map((run) => invocationToProto(run, tasks.get(run.invocationId))),
    };
  };
}
