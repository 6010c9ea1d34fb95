import type { MethodImpl } from '@connectrpc/connect';
import { checkTagKeys, withoutTags } from '@muster/command';
import { type CommandService, UntagCommandsRequestSchema, UntagCommandsResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeTags, type TagParts } from '../change-tags.ts';

export function untagCommands(parts: TagParts): MethodImpl<typeof CommandService.method.untagCommands> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    const call = { input: UntagCommandsRequestSchema, request, output: UntagCommandsResponseSchema };
    return changeTags(parts, callOf(context), call, (key) => withoutTags(key.tags, keys));
  };
}
