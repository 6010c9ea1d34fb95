import type { MethodImpl } from '@connectrpc/connect';
import { checkTagsToSet, withTags } from '@muster/command';
import { type CommandService, TagCommandsRequestSchema, TagCommandsResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeTags, type TagParts } from '../change-tags.ts';
import { fromTags } from '../convert.ts';

export function tagCommands(parts: TagParts): MethodImpl<typeof CommandService.method.tagCommands> {
  return async (request, context) => {
    const tags = checkTagsToSet(fromTags(request.tags));
    const call = { input: TagCommandsRequestSchema, request, output: TagCommandsResponseSchema };
    return changeTags(parts, callOf(context), call, (key) => withTags(key.commandId, key.tags, tags));
  };
}
