import type { MethodImpl } from '@connectrpc/connect';
import { checkPage } from '@muster/command';
import type { CommandService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { toCommand } from '../convert.ts';
import { namedCommand } from '../named-command.ts';

export function describeCommandVersions({
  commands,
  region,
}: Pick<CommandContext, 'commands' | 'region'>): MethodImpl<typeof CommandService.method.describeCommandVersions> {
  return async (request, context) => {
    const page = checkPage({ limit: request.limit, offset: request.offset });
    const latest = await namedCommand(request.commandId, { call: callOf(context), commands, region });
    const versions = await commands.history(latest.accountUin, latest.commandId, page);
    // versions are numbered without gaps and never deleted one by one
    return { totalCount: latest.version, commandSet: versions.map(toCommand) };
  };
}
