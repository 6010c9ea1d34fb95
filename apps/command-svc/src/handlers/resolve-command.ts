import type { MethodImpl } from '@connectrpc/connect';
import { checkCommandId } from '@muster/command';
import type { CommandInternalService } from '@muster/contract';
import type { CommandContext } from '../context.ts';
import { toWholeCommand } from '../convert.ts';
import { requireFound } from '../domain/library.ts';

export function resolveCommand({
  commands,
}: Pick<CommandContext, 'commands'>): MethodImpl<typeof CommandInternalService.method.resolveCommand> {
  return async ({ accountUin, commandId, version }) => {
    const command = await commands.find(accountUin, checkCommandId(commandId), version);
    return { command: toWholeCommand(requireFound(command, commandId)) };
  };
}
