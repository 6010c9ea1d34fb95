import type { MethodImpl } from '@connectrpc/connect';
import type { AuthorizationService } from '@muster/contract';
import type { IamContext } from '../context.ts';
import { fromAuthorizeRequest, toAuthorizeResponse } from '../convert.ts';

export function authorize({
  decider,
}: Pick<IamContext, 'decider'>): MethodImpl<typeof AuthorizationService.method.authorize> {
  return async (request) => toAuthorizeResponse(await decider.decide(fromAuthorizeRequest(request)));
}
