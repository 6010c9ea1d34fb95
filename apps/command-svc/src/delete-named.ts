import type { Call } from '@muster/rpc';
import type { CommandContext } from './context.ts';
import { requireOwned, requireUnused } from './domain/library.ts';
import { commandChanged } from './events.ts';
import type { CommandWriter } from './store/command-writer.ts';

/**
 * Refuses commands in use. Asked before the transaction, which must not wait for another service: a run that begins in between has its
 * own copy of the script. What is not there to be deleted is the transaction's to refuse. Refusals: ResourceUnavailable.CommandInInvoker,
 * ResourceUnavailable.CommandInExecuting, ServiceUnavailable.
 */
export async function requireNotInUse(
  { commands, commandUse }: Pick<CommandContext, 'commands' | 'commandUse'>,
  { caller }: Call,
  ids: readonly string[],
): Promise<void> {
  const known = await commands.keys(caller.accountUin, ids);
  const deletable = ids.every((id) => known.get(id)?.createdBy === 'USER');
  if (deletable) requireUnused(await commandUse(caller.accountUin, ids));
}

/** Deletes these commands, all of them or, when one is missing, none. Refusal: ResourceNotFound.CommandNotFound. */
export async function deleteAll(
  commands: CommandWriter,
  ids: readonly string[],
  { caller, now }: Pick<Call, 'caller'> & { readonly now: number },
): Promise<void> {
  const { accountUin, uin } = caller;
  const known = await commands.keys(accountUin, ids);
  for (const commandId of ids) {
    requireOwned(known.get(commandId), commandId);
    await commands.delete(commandId);
    await commands.announce(commandChanged('deleted', { accountUin, commandId, version: 0 }, { uin, now }));
  }
}
