import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { Tag } from '@muster/command';
import type { TokenedRequest } from '@muster/db';
import type { Call } from '@muster/rpc';
import type { CommandContext } from './context.ts';
import { checkCommandIds, requireOwned } from './domain/library.ts';
import { authorizeNamed } from './named-command.ts';
import type { CommandKey } from './store/command-store.ts';
import { type WriteParts, writeOnce } from './write-once.ts';

/** What changing tags needs. */
export type TagParts = WriteParts & Pick<CommandContext, 'commands' | 'region'>;

/**
 * Changes the tags of every command that a call names, or of none. Decided on the commands as they are. Refusals: those of
 * `checkCommandIds`, UnauthorizedOperation.CamAuthFailed, ResourceNotFound.CommandNotFound, and those of `change`.
 */
export async function changeTags<I extends DescMessage, O extends DescMessage>(
  parts: TagParts,
  call: Call,
  tokened: TokenedRequest<I, O> & { readonly request: { readonly commandIds: readonly string[] } },
  change: (command: CommandKey) => readonly Tag[],
): Promise<MessageInitShape<O>> {
  const { caller } = call;
  const ids = checkCommandIds(tokened.request.commandIds);
  await authorizeNamed(ids, { call, ...parts });
  return writeOnce(parts, { caller, ...tokened }, async (commands) => {
    const known = await commands.keys(caller.accountUin, ids);
    for (const id of ids) await commands.setTags(id, change(requireOwned(known.get(id), id)));
    return {} as MessageInitShape<O>;
  });
}
