import { Outcome } from '@muster/contract';
import { type Authorizer, denial, type Question } from '@muster/rpc';
import type { Authority } from './authority.ts';

/** iam-svc takes at most this many resources in one question. */
const BATCH = 200;

/** The authority of a credential over one action, for runs that no call asks for. Refusal: AuthFailure.TokenFailure. */
export async function authorityOf(
  authorizer: Authorizer,
  context: Pick<Authority, 'credential' | 'peerAddress' | 'requestId'>,
  action: string,
): Promise<Authority> {
  const asking: Question[] = [];
  return {
    ...context,
    asked: asking,
    caller: await authorizer.authenticate(context),
    async authorize(resources, options) {
      const asked = options?.action ?? action;
      for (let from = 0; from < resources.length; from += BATCH) {
        const batch = resources.slice(from, from + BATCH);
        const question = { context, action: asked, resources: batch };
        asking.push(question);
        const { outcomes, decisionId } = await authorizer.authorize(question);
        const denied = outcomes.find(({ outcome }) => outcome !== Outcome.ALLOWED);
        const { requestId } = context;
        if (denied) throw denial({ action: asked, resource: denied.resource, requestId, decisionId });
      }
    },
    async plan(kinds) {
      return (await authorizer.plan({ context, action, kinds })).plans;
    },
  };
}
