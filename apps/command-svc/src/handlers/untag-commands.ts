import type { MethodImpl } from '@connectrpc/connect';
import { checkTagKeys, withoutTags } from '@muster/command';
import type { CommandService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeTags } from '../change-tags.ts';
import type { CommandContext } from '../context.ts';

export function untagCommands(
  parts: Pick<CommandContext, 'commands' | 'write' | 'region'>,
): MethodImpl<typeof CommandService.method.untagCommands> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    await changeTags(parts, callOf(context), request.commandIds, (key) => withoutTags(key.tags, keys));
    return {};
  };
}
