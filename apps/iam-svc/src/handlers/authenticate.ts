import type { MethodImpl } from '@connectrpc/connect';
import type { AuthorizationService } from '@muster/contract';
import type { IamContext } from '../context.ts';
import { toPrincipal } from '../convert/decision.ts';

export function authenticate({
  decider,
}: Pick<IamContext, 'decider'>): MethodImpl<typeof AuthorizationService.method.authenticate> {
  return async ({ context }) => ({ principal: toPrincipal(await decider.identify(context?.credential ?? '')) });
}
