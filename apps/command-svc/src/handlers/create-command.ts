import type { MethodImpl } from '@connectrpc/connect';
import { checkTags } from '@muster/command';
import type { CommandService } from '@muster/contract';
import { newId } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { addCommand } from '../add-command.ts';
import type { CommandContext } from '../context.ts';
import { fromCreateRequest, fromTags } from '../convert.ts';
import { draftCommand, firstVersion } from '../domain/command.ts';

export function createCommand({
  write,
  clock,
  quota,
}: Pick<CommandContext, 'write' | 'clock' | 'quota'>): MethodImpl<typeof CommandService.method.createCommand> {
  return async (request, context) => {
    const { accountUin, uin } = callOf(context).caller;
    const body = draftCommand(fromCreateRequest(request));
    const tags = checkTags(fromTags(request.tags));
    const command = firstVersion(body, { accountUin, commandId: newId('cmd'), tags, uin, now: clock.now() });
    await write((commands) => addCommand(commands, command, quota));
    return { commandId: command.commandId };
  };
}
