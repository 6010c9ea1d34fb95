import type { MethodImpl } from '@connectrpc/connect';
import { type CommandService, ModifyCommandRequestSchema, ModifyCommandResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { fromModifyRequest } from '../convert.ts';
import { changeCommand } from '../domain/command.ts';
import { requireOwned } from '../domain/library.ts';
import { decideNamed } from '../named-command.ts';
import { saveNext } from '../save-next.ts';
import { type WriteParts, writeOnce } from '../write-once.ts';

export function modifyCommand(
  parts: WriteParts & Pick<CommandContext, 'commands' | 'region'>,
): MethodImpl<typeof CommandService.method.modifyCommand> {
  return async (request, context) => {
    const call = callOf(context);
    const { caller } = call;
    const commandId = await decideNamed(request.commandId, { call, ...parts });
    const write = { caller, input: ModifyCommandRequestSchema, request, output: ModifyCommandResponseSchema };
    return writeOnce(parts, write, async (commands) => {
      const current = requireOwned(await commands.find(caller.accountUin, commandId), commandId);
      const body = changeCommand(current, fromModifyRequest(request));
      await saveNext(commands, { current, body, saving: { uin: caller.uin, now: parts.clock.now() } });
      return {};
    });
  };
}
