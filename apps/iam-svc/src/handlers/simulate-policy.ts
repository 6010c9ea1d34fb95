import type { MethodImpl } from '@connectrpc/connect';
import type { AnalysisService, SimulatePolicyRequest } from '@muster/contract';
import { invalid, isoSeconds } from '@muster/kernel';
import { type AccessRequest, explainer, findChanges } from '@muster/policy';
import { callOf } from '@muster/rpc';
import type { IamContext } from '../context.ts';
import { fromResourceRef, toExplanation } from '../convert/analysis.ts';
import { checkResources, checkSupposedKeys, checkTags } from '../domain/question.ts';
import { checkCount, checkTriedAction, MOST_PAIRED } from '../domain/simulation.ts';
import { breather } from '../explain/breath.ts';
import { type Simulated, simulated } from '../explain/simulation.ts';

/** More than anybody reads; the first ones tell. */
const MOST_CHANGES = 500;

type Parts = Pick<IamContext, 'rights' | 'policies' | 'explained' | 'quotas' | 'clock' | 'region'>;
type Supposed = Pick<AccessRequest, 'context' | 'requestTags'>;

export function simulatePolicy(parts: Parts): MethodImpl<typeof AnalysisService.method.simulatePolicy> {
  return async (request, context) => {
    const call = callOf(context);
    const { accountUin } = call.caller;
    checkPairs(request);
    const rights = await parts.rights.ofAccount(accountUin);
    const about = await simulated(request, { parts, call, rights });
    const supposed: Supposed = {
      context: {
        'qcs:current_time': isoSeconds(parts.clock.now()),
        ...checkSupposedKeys('RequestContext', request.requestContext),
      },
      requestTags: checkTags('RequestTags', request.requestTags),
    };
    const results = request.changesOnly
      ? await changes(request, about, { supposed, region: parts.region, accountUin })
      : await pairs(request, about, { supposed, accountUin });
    return { results, revision: BigInt(rights.revision) };
  };
}

/** Actions and resources may only be left out where every change is looked for. */
function checkPairs({ actions, resources, drafts, changesOnly }: SimulatePolicyRequest): void {
  if (changesOnly && drafts.length === 0) throw invalid('MissingParameter', 'Drafts', 'must be given with ChangesOnly');
  const range = { least: changesOnly ? 0 : 1, most: MOST_PAIRED };
  checkCount('Actions', actions.length, range);
  checkCount('Resources', resources.length, range);
  for (const action of actions) checkTriedAction(action);
  if (resources.length > 0) checkResources(resources);
}

async function pairs(
  { actions, resources }: SimulatePolicyRequest,
  { asIs, drafted }: Simulated,
  { supposed, accountUin }: { supposed: Supposed; accountUin: string },
) {
  const breathe = breather();
  const explain = explainer(drafted ?? asIs);
  const explainAsIs = drafted && explainer(asIs);
  const results = [];
  for (const action of actions) {
    for (const resource of resources.map((one) => fromResourceRef(one, accountUin))) {
      const asked = { action, resources: [resource], ...supposed };
      const before = explainAsIs?.(asked)[0]?.outcome;
      results.push(toExplanation(explain(asked)[0]!, { action, accountUin, before }));
      await breathe();
    }
  }
  return results;
}

async function changes(
  { actions, resources }: SimulatePolicyRequest,
  { asIs, drafted }: Simulated,
  { supposed, region, accountUin }: { supposed: Supposed; region: string; accountUin: string },
) {
  const breathe = breather();
  const search = findChanges(asIs, drafted!, {
    ...{ region, ...supposed },
    ...(actions.length > 0 ? { actions } : {}),
    ...(resources.length > 0 ? { resources: resources.map((one) => fromResourceRef(one, accountUin)) } : {}),
  });
  const results = [];
  for (const action of search.actions) {
    for (const { before, after } of search.changesOf(action)) {
      if (results.length < MOST_CHANGES) results.push(toExplanation(after, { action, accountUin, before }));
    }
    await breathe();
  }
  return results;
}
