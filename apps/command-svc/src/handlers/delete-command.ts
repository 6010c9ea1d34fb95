import type { MethodImpl } from '@connectrpc/connect';
import type { CommandService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { requireFound } from '../domain/library.ts';
import { commandChanged } from '../events.ts';
import { namedCommand } from '../named-command.ts';

export function deleteCommand({
  commands: reader,
  write,
  clock,
  region,
}: Pick<CommandContext, 'commands' | 'write' | 'clock' | 'region'>): MethodImpl<
  typeof CommandService.method.deleteCommand
> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, commandId } = await namedCommand(request.commandId, { call, commands: reader, region });
    await write(async (commands) => {
      // two callers may have found it
      requireFound(await commands.find(accountUin, commandId), commandId);
      await commands.delete(commandId);
      const saving = { uin: call.caller.uin, now: clock.now() };
      await commands.announce(commandChanged('deleted', { accountUin, commandId, version: 0 }, saving));
    });
    return {};
  };
}
