import type { MethodImpl } from '@connectrpc/connect';
import { requireText } from '@muster/command';
import { type InvocationService, RetryInvocationRequestSchema, RetryInvocationResponseSchema } from '@muster/contract';
import { checkClientToken } from '@muster/db';
import { callOf } from '@muster/rpc';
import { checkInvocationId } from '../domain/ids.ts';
import { checkOfflineRule } from '../domain/offline-policy.ts';
import { checkRetryStatuses } from '../domain/retry.ts';
import { distinctInstanceIds, INSTANCES_MAX } from '../domain/targets.ts';
import { offlinePolicyFromProto, taskStatusFromProto } from '../enum-convert.ts';
import type { InvokeContext } from '../invoke.ts';
import { onceForToken } from '../once-for-token.ts';
import { retry } from '../retry.ts';

export function retryInvocation(context: InvokeContext): MethodImpl<typeof InvocationService.method.retryInvocation> {
  return async (request, handlerContext) => {
    const call = callOf(handlerContext);
    checkClientToken(request.clientToken);
    const messages = { input: RetryInvocationRequestSchema, request, output: RetryInvocationResponseSchema };
    const { commandId: _, ...made } = await retry(context, call, {
      invocationId: checkInvocationId(requireText('InvocationId', request.invocationId), 'InvocationId'),
      named: distinctInstanceIds(request.instanceIds, INSTANCES_MAX),
      statuses: checkRetryStatuses(request.taskStatuses.map(taskStatusFromProto)),
      offline: checkOfflineRule(offlinePolicyFromProto(request.offlinePolicy), request.offlineExpiry),
      around: onceForToken(context, call.caller, messages),
    });
    return made;
  };
}
