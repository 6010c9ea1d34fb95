import type { MethodImpl } from '@connectrpc/connect';
import type { CommandInternalService } from '@muster/contract';
import type { CommandContext } from '../context.ts';

export function countCommands({
  commands,
  quota,
}: Pick<CommandContext, 'commands' | 'quota'>): MethodImpl<typeof CommandInternalService.method.countCommands> {
  return async ({ accountUin }) => ({ used: await commands.count(accountUin), total: quota });
}
