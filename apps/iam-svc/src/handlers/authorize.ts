import type { MethodImpl } from '@connectrpc/connect';
import type { AuthorizationService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { fromAuthorizeRequest, toAuthorizeResponse } from '../convert/decision.ts';

export function authorize({
  decider,
}: Pick<IamContext, 'decider'>): MethodImpl<typeof AuthorizationService.method.authorize> {
  return async (request, context) => {
    const { name: service } = callOf(context).caller;
    return toAuthorizeResponse(await decider.decide(fromAuthorizeRequest(request, service)));
  };
}
