import type { MethodImpl } from '@connectrpc/connect';
import { checkTagsToSet, withTags } from '@muster/command';
import type { CommandService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeTags } from '../change-tags.ts';
import type { CommandContext } from '../context.ts';
import { fromTags } from '../convert.ts';

export function tagCommands(
  parts: Pick<CommandContext, 'commands' | 'write' | 'region'>,
): MethodImpl<typeof CommandService.method.tagCommands> {
  return async (request, context) => {
    const tags = checkTagsToSet(fromTags(request.tags));
    await changeTags(parts, callOf(context), request.commandIds, (key) => withTags(key.commandId, key.tags, tags));
    return {};
  };
}
