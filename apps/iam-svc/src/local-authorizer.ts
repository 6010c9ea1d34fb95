import type { Authorizer } from '@muster/rpc';
import { fromCallContext, OUTCOME_TO_PROTO, toPrincipal } from './convert.ts';
import type { Decider } from './decider.ts';
import { checkTags } from './domain/question.ts';

/** Guards this service's own doors: the same decisions as for everybody else, without a call. */
export function localAuthorizer(decider: Decider): Authorizer {
  const tags = (field: string, given: readonly { key?: string; value?: string }[] = []) =>
    checkTags(
      field,
      given.map(({ key = '', value = '' }) => ({ key, value })),
    );
  return {
    async authenticate(context) {
      return toPrincipal(await decider.identify(context.credential ?? ''));
    },
    async authorize({ context, action, resources, requestTags }) {
      const { identity, decisions, decisionId } = await decider.decide({
        brought: fromCallContext(context),
        action,
        resources: resources.map((one) => ({ resource: one.resource ?? '', tags: tags('Tags', one.tags) })),
        requestTags: tags('Tags', requestTags),
      });
      return {
        principal: toPrincipal(identity),
        outcomes: decisions.map(({ resource, outcome }) => ({ resource, outcome: OUTCOME_TO_PROTO[outcome] })),
        decisionId,
      };
    },
  };
}
