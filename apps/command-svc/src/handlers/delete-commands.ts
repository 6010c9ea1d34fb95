import type { MethodImpl } from '@connectrpc/connect';
import { type CommandService, DeleteCommandsRequestSchema, DeleteCommandsResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { CommandContext } from '../context.ts';
import { deleteAll, requireNotInUse } from '../delete-named.ts';
import { checkCommandIds } from '../domain/library.ts';
import { authorizeNamed } from '../named-command.ts';
import { type WriteParts, writeOnce } from '../write-once.ts';

export function deleteCommands(
  parts: WriteParts & Pick<CommandContext, 'commands' | 'region' | 'commandUse'>,
): MethodImpl<typeof CommandService.method.deleteCommands> {
  return async (request, context) => {
    const call = callOf(context);
    const { caller } = call;
    const ids = checkCommandIds(request.commandIds);
    await authorizeNamed(ids, { call, ...parts });
    await requireNotInUse(parts, call, ids);
    const write = { caller, input: DeleteCommandsRequestSchema, request, output: DeleteCommandsResponseSchema };
    return writeOnce(parts, write, async (commands) => {
      await deleteAll(commands, ids, { caller, now: parts.clock.now() });
      return {};
    });
  };
}
