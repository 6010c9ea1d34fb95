import type { MethodImpl } from '@connectrpc/connect';
import { checkSelection } from '@muster/command';
import type { CommandService } from '@muster/contract';
import { commandResource, EVERYTHING, type ResourcePlan } from '@muster/kernel';
import { type Call, callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { toCommand } from '../convert.ts';
import { COMMAND_SELECTION } from '../domain/library.ts';
import { authorizeNamed } from '../named-command.ts';

export function describeCommands(
  parts: Pick<CommandContext, 'commands' | 'region'>,
): MethodImpl<typeof CommandService.method.describeCommands> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    const { commandIds, filters, limit, offset } = request;
    const selection = checkSelection({ ids: commandIds, filters, limit, offset }, COMMAND_SELECTION);
    const ids = [...new Set(selection.ids)];
    const visible = await visibleOf(ids, call, parts);
    const { total, commands } = await parts.commands.page({ accountUin, ids, filters, visible }, selection);
    return { totalCount: total, commandSet: commands.map(toCommand) };
  };
}

/** Ids that are given must all be allowed: leaving out what is denied would pass for its absence. A list shows what is allowed. */
async function visibleOf(
  ids: readonly string[],
  call: Call,
  { commands, region }: Pick<CommandContext, 'commands' | 'region'>,
): Promise<ResourcePlan> {
  if (ids.length === 0) return (await call.plan([commandResource(region, '*')]))[0]!;
  await authorizeNamed(ids, { call, commands, region });
  return EVERYTHING;
}
