import type { Authorizer } from '@muster/rpc';
import { fromPlanQuestion, fromQuestion, OUTCOME_TO_PROTO, toPrincipal } from '../convert/decision.ts';
import type { Decider } from './decider.ts';

/** Guards this service's own doors: the same decisions as for everybody else, without a call. */
export function localAuthorizer(decider: Decider): Authorizer {
  return {
    async authenticate(context) {
      return toPrincipal(await decider.identify(context.credential ?? ''));
    },
    async authorize(question) {
      const { identity, decisions, decisionId } = await decider.decide(fromQuestion(question));
      return {
        principal: toPrincipal(identity),
        outcomes: decisions.map(({ resource, outcome }) => ({ resource, outcome: OUTCOME_TO_PROTO[outcome] })),
        decisionId,
      };
    },
    async plan(question) {
      const { identity, plans } = await decider.plan(fromPlanQuestion(question));
      return { principal: toPrincipal(identity), plans: plans.map(({ plan }) => plan) };
    },
  };
}
