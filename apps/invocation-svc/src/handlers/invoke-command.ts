import type { MethodImpl } from '@connectrpc/connect';
import { type InvocationService, InvokeCommandRequestSchema, InvokeCommandResponseSchema } from '@muster/contract';
import { checkClientToken } from '@muster/db';
import { callOf } from '@muster/rpc';
import { offlinePolicyFromProto } from '../enum-convert.ts';
import { type InvokeContext, invoke } from '../invoke.ts';
import { onceForToken } from '../once-for-token.ts';

export function invokeCommand(context: InvokeContext): MethodImpl<typeof InvocationService.method.invokeCommand> {
  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    checkClientToken(request.clientToken);
    const messages = { input: InvokeCommandRequestSchema, request, output: InvokeCommandResponseSchema };
    const { commandId: _, ...made } = await invoke(context, call, {
      ...request,
      offlinePolicy: offlinePolicyFromProto(request.offlinePolicy),
      source: 'USER',
      around: onceForToken(context, call.caller, messages),
    });
    return made;
  };
}
