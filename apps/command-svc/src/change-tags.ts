import type { Tag } from '@muster/command';
import type { Call } from '@muster/rpc';
import type { CommandContext } from './context.ts';
import { checkCommandIds, requireFound } from './domain/library.ts';
import { authorizeNamed } from './named-command.ts';
import type { CommandKey } from './store/command-store.ts';

/**
 * Changes the tags of every command that a call names, or of none. Decided on the commands as they are. Refusals: those of
 * `checkCommandIds`, UnauthorizedOperation.CamAuthFailed, ResourceNotFound.CommandNotFound, and those of `change`.
 */
export async function changeTags(
  { commands: reader, write, region }: Pick<CommandContext, 'commands' | 'write' | 'region'>,
  call: Call,
  given: readonly string[],
  change: (command: CommandKey) => readonly Tag[],
): Promise<void> {
  const ids = checkCommandIds(given);
  await authorizeNamed(ids, { call, commands: reader, region });
  await write(async (commands) => {
    const known = await commands.keys(call.caller.accountUin, ids);
    for (const id of ids) await commands.setTags(id, change(requireFound(known.get(id), id)));
  });
}
