import type { MethodImpl } from '@connectrpc/connect';
import { type CommandService, DeleteCommandRequestSchema, DeleteCommandResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { deleteAll, requireNotInUse } from '../delete-named.ts';
import { decideNamed } from '../named-command.ts';
import { type WriteParts, writeOnce } from '../write-once.ts';

export function deleteCommand(
  parts: WriteParts & Pick<CommandContext, 'commands' | 'region' | 'commandUse'>,
): MethodImpl<typeof CommandService.method.deleteCommand> {
  return async (request, context) => {
    const call = callOf(context);
    const { caller } = call;
    const ids = [await decideNamed(request.commandId, { call, ...parts })];
    await requireNotInUse(parts, call, ids);
    const write = { caller, input: DeleteCommandRequestSchema, request, output: DeleteCommandResponseSchema };
    return writeOnce(parts, write, async (commands) => {
      await deleteAll(commands, ids, { caller, now: parts.clock.now() });
      return {};
    });
  };
}
