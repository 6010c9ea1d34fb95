import type { MethodImpl } from '@connectrpc/connect';
import { checkCommandId, checkTags } from '@muster/command';
import type { CommandInternalService } from '@muster/contract';
import { addCommand } from '../add-command.ts';
import type { CommandContext } from '../context.ts';
import { fromCreateRequest, fromTags } from '../convert.ts';
import { draftCommand, firstVersion } from '../domain/command.ts';
import { isRepetition } from '../domain/library.ts';

export function saveCommand({
  write,
  clock,
  quota,
}: Pick<CommandContext, 'write' | 'clock' | 'quota'>): MethodImpl<typeof CommandInternalService.method.saveCommand> {
  return async (request) => {
    const { accountUin, uin } = request;
    const commandId = checkCommandId(request.commandId);
    const tags = checkTags(fromTags(request.tags));
    const body = draftCommand(fromCreateRequest(request));
    const command = firstVersion(body, { accountUin, commandId, tags, uin, now: clock.now() });
    await write(async (commands) => {
      if (isRepetition(command, await commands.find(accountUin, commandId, 1))) return;
      await addCommand(commands, command, quota);
    });
    return {};
  };
}
