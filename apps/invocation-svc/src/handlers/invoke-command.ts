import type { MethodImpl } from '@connectrpc/connect';
import type { InvocationService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import { type InvokeContext, invoke } from '../invoke.ts';

export function invokeCommand(context: InvokeContext): MethodImpl<typeof InvocationService.method.invokeCommand> {
  return async (request, handlerContext) => {
    const { invocationId } = await invoke(context, callOf(handlerContext), request);
    return { invocationId };
  };
}
