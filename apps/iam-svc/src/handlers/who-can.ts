import type { MethodImpl } from '@connectrpc/connect';
import type { AnalysisService } from '@muster/contract';
import { isoSeconds } from '@muster/kernel';
import { openQuestion } from '@muster/policy';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { fromResourceRef, toSubject } from '../convert/analysis.ts';
import { checkResources, checkSupposedKeys } from '../domain/question.ts';
import type { Holder } from '../domain/rights.ts';
import { checkTriedAction } from '../domain/simulation.ts';
import { breather } from '../explain/breath.ts';

export function whoCan({
  rights: reader,
  explained,
  clock,
}: Pick<IamContext, 'rights' | 'explained' | 'clock'>): MethodImpl<typeof AnalysisService.method.whoCan> {
  return async ({ action, resource, requestContext }, context) => {
    const { accountUin } = callOf(context).caller;
    checkTriedAction(action);
    const asked = resource ? fromResourceRef(resource, accountUin) : { name: '*' };
    checkResources([{ resource: asked.name }]);
    const supposed = checkSupposedKeys('RequestContext', requestContext);
    const answer = openQuestion({
      action,
      resources: [asked],
      context: { 'qcs:current_time': isoSeconds(clock.now()), ...supposed },
    });
    const rights = await reader.ofAccount(accountUin);
    const asking = rights.holders.filter(({ kind, isRoot, active }) => kind !== 'group' && !isRoot && active);
    const principalOf = await explained.principals(asking, rights);
    const breathe = breather();
    const found: Record<ReturnType<typeof answer>, Holder[]> = { allowed: [], conditional: [], denied: [] };
    for (const holder of asking) {
      found[answer(principalOf(holder))].push(holder);
      await breathe();
    }
    return {
      subjects: found.allowed.map(toSubject),
      conditional: found.conditional.map(toSubject),
      revision: BigInt(rights.revision),
    };
  };
}
