import type { MethodImpl } from '@connectrpc/connect';
import { checkTagsToSet, withTags } from '@muster/command';
import { type InvokerService, TagInvokersRequestSchema, TagInvokersResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInvokerTags } from '../change-tags.ts';
import type { InvokerContext } from '../invoker-context.ts';

export function tagInvokers(
  invokers: Pick<InvokerContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InvokerService.method.tagInvokers> {
  return async (request, context) => {
    const tags = checkTagsToSet(request.tags.map(({ key, value }) => ({ key, value })));
    const asked = { input: TagInvokersRequestSchema, request, output: TagInvokersResponseSchema };
    return changeInvokerTags(invokers, callOf(context), asked, (id, current) => withTags(id, current, tags));
  };
}
