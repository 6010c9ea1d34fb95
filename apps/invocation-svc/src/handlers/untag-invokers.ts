import type { MethodImpl } from '@connectrpc/connect';
import { checkTagKeys, withoutTags } from '@muster/command';
import { type InvokerService, UntagInvokersRequestSchema, UntagInvokersResponseSchema } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { changeInvokerTags } from '../change-tags.ts';
import type { InvokerContext } from '../invoker-context.ts';

export function untagInvokers(
  invokers: Pick<InvokerContext, 'db' | 'write' | 'clock' | 'vault' | 'region'>,
): MethodImpl<typeof InvokerService.method.untagInvokers> {
  return async (request, context) => {
    const keys = checkTagKeys(request.tagKeys);
    const asked = { input: UntagInvokersRequestSchema, request, output: UntagInvokersResponseSchema };
    return changeInvokerTags(invokers, callOf(context), asked, (_, current) => withoutTags(current, keys));
  };
}
