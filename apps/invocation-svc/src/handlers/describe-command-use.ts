import type { MethodImpl } from '@connectrpc/connect';
import { checkCommandId, IDS_MAX } from '@muster/command';
import type { InvocationInternalService } from '@muster/contract';
import { invalid } from '@muster/kernel';
import type { Context } from '../context.ts';
import { commandsInExecution, commandsInInvokers } from '../store/command-use.ts';

export function describeCommandUse({
  db,
}: Pick<Context, 'db'>): MethodImpl<typeof InvocationInternalService.method.describeCommandUse> {
  return async ({ accountUin, commandIds }) => {
    if (commandIds.length < 1 || commandIds.length > IDS_MAX) {
      throw invalid('InvalidParameterValue', 'CommandIds', `must be 1 to ${IDS_MAX}, was ${commandIds.length}`);
    }
    for (const id of commandIds) checkCommandId(id, 'CommandIds');
    return {
      inInvoker: await commandsInInvokers(db, accountUin, commandIds),
      inExecuting: await commandsInExecution(db, accountUin, commandIds),
    };
  };
}
