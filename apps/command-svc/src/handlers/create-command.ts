import type { MethodImpl } from '@connectrpc/connect';
import { checkTags } from '@muster/command';
import { type CommandService, CreateCommandRequestSchema, CreateCommandResponseSchema } from '@muster/contract';
import { newId } from '@muster/kernel';
import { callOf } from '@muster/rpc';
import { addCommand } from '../add-command.ts';
import type { CommandContext } from '../context.ts';
import { fromCreateRequest, fromTags } from '../convert.ts';
import { draftCommand, firstVersion } from '../domain/command.ts';
import { type WriteParts, writeOnce } from '../write-once.ts';

export function createCommand(
  parts: WriteParts & Pick<CommandContext, 'quota'>,
): MethodImpl<typeof CommandService.method.createCommand> {
  return async (request, context) => {
    const { caller } = callOf(context);
    const { accountUin, uin } = caller;
    const body = draftCommand(fromCreateRequest(request));
    const tags = checkTags(fromTags(request.tags));
    const command = firstVersion(body, { accountUin, commandId: newId('cmd'), tags, uin, now: parts.clock.now() });
    const call = { caller, input: CreateCommandRequestSchema, request, output: CreateCommandResponseSchema };
    return writeOnce(parts, call, async (commands) => {
      await addCommand(commands, command, parts.quota);
      return { commandId: command.commandId };
    });
  };
}
