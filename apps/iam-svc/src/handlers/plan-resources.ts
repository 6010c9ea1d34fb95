import type { MethodImpl } from '@connectrpc/connect';
import type { AuthorizationService } from '@muster/contract';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { fromPlanRequest, toPrincipal, toResourcePlan } from '../convert/decision.ts';

export function planResources({
  decider,
}: Pick<IamContext, 'decider'>): MethodImpl<typeof AuthorizationService.method.planResources> {
  return async (request, context) => {
    const { identity, plans } = await decider.plan(fromPlanRequest(request, callOf(context).caller.name));
    return {
      principal: toPrincipal(identity),
      plans: plans.map(({ kind, plan }) => toResourcePlan(kind, plan)),
      revision: identity.kind === 'user' ? BigInt(identity.revision) : 0n,
    };
  };
}
