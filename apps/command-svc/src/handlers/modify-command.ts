import type { MethodImpl } from '@connectrpc/connect';
import type { CommandService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { fromModifyRequest } from '../convert.ts';
import { changeCommand, nextVersion } from '../domain/command.ts';
import { requireFound, requireFreeName } from '../domain/library.ts';
import { commandChanged } from '../events.ts';
import { namedCommand } from '../named-command.ts';

export function modifyCommand({
  commands: reader,
  write,
  clock,
  region,
}: Pick<CommandContext, 'commands' | 'write' | 'clock' | 'region'>): MethodImpl<
  typeof CommandService.method.modifyCommand
> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin, commandId } = await namedCommand(request.commandId, { call, commands: reader, region });
    const saving = { uin: call.caller.uin, now: clock.now() };
    await write(async (commands) => {
      const current = requireFound(await commands.find(accountUin, commandId), commandId);
      const body = changeCommand(current, fromModifyRequest(request));
      if (body === current) return;
      requireFreeName(body.commandName, await commands.nameTaken(accountUin, body.commandName, commandId));
      const next = nextVersion(current, body, saving);
      await commands.append(next);
      await commands.announce(commandChanged('modified', next, saving));
    });
    return {};
  };
}
