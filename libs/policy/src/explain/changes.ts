import { type AccessRequest, decide, type Outcome, type RequestedResource } from '../authorize.ts';
import { findAction } from '../catalogue/catalogue.ts';
import type { CompiledStatement } from '../compile.ts';
import type { ContextValues, Tags } from '../condition-keys.ts';
import { rulesAbout } from '../policy-index.ts';
import { compilePrincipal } from '../principal.ts';
import { actionsNamed } from './actions-named.ts';
import { type Explanation, explainer } from './explain.ts';
import { type ExplainedPolicy, type ExplainedPrincipal, layersOf } from './explained-principal.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { witnessResources } from './witnesses.ts';
import { both } from './wording.ts';

/** A request that is allowed and was not, or the other way round. */
export interface Change {
  readonly action: string;
  readonly before: Outcome;
  /** How it is afterwards; its sentence tells the circumstances, where it takes special ones. */
  readonly after: Explanation;
}

/** In what a change is looked for; what is left out is taken from the catalogue and from what the policies name. */
export interface Search {
  readonly region: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly RequestedResource[];
  readonly context?: ContextValues;
  readonly requestTags?: Tags;
}

/**
 * Where the decisions about a principal differ before and after a change of its policies, action by action so that whoever
 * asks can take breath. Resources and circumstances are those that the statements themselves tell apart: it is a search
 * with witnesses, no proof that nothing else changes.
 */
export function findChanges(
  before: ExplainedPrincipal,
  after: ExplainedPrincipal,
  search: Search,
): { readonly actions: readonly string[]; changesOf(action: string): Change[] } {
  const was = compilePrincipal(before);
  const will = compilePrincipal(after);
  const explain = explainer(after);
  const { variables } = will;
  const given: Scenario = { context: search.context ?? {}, requestTags: search.requestTags ?? {}, tags: {}, facts: [] };
  const actions = (search.actions ?? actionsNamed([...policiesOf(before), ...policiesOf(after)])).filter(
    (action) => voices(before, action).join('\n') !== voices(after, action).join('\n'),
  );

  const changesOf = (action: string): Change[] => {
    const said = [...statementsAbout(before, action), ...statementsAbout(after, action)];
    const written = said.flatMap(({ resources }) => resources);
    const resources =
      search.resources ??
      witnessResources(findAction(action), written, { variables, region: search.region }).map((name) => ({ name }));
    const circumstances = scenarios(
      given,
      said.map(({ statement }) => statement),
      variables,
    );
    return resources.flatMap((resource) => {
      for (const scenario of circumstances) {
        const request = requestIn(scenario, action, resource);
        const [old] = decide(was, request).resources;
        const [now] = decide(will, request).resources;
        if ((old!.outcome === 'allowed') !== (now!.outcome === 'allowed'))
          return [{ action, before: old!.outcome, after: told(explain(request)[0]!, scenario) }];
      }
      return [];
    });
  };
  return { actions, changesOf };
}

function requestIn(
  { context, requestTags, tags }: Scenario,
  action: string,
  resource: RequestedResource,
): AccessRequest {
  return { action, resources: [{ ...resource, tags: { ...tags, ...resource.tags } }], context, requestTags };
}

function told(explanation: Explanation, { facts }: Scenario): Explanation {
  return facts.length === 0 ? explanation : { ...explanation, reason: `when ${both(facts)}: ${explanation.reason}` };
}

/** Everything that is said about an action and where, to see whether it is still the same. */
function voices(principal: ExplainedPrincipal, action: string): string[] {
  const texts = layersOf(principal).flatMap(({ kind, policies }, place) => {
    const layer = `${kind} ${place}`;
    const said = policies.flatMap((policy) => {
      const { written } = policy;
      if (written === undefined) return ['unreadable'];
      const { deny, allow } = rulesAbout(action, policy);
      return [...deny, ...allow].map(({ statement }) => JSON.stringify(written.statements[statement.index]));
    });
    // a layer that says nothing about the action is one more that does not allow it
    return [layer, ...said.map((text) => `${layer} ${text}`)];
  });
  return [...new Set(texts)].sort();
}

function statementsAbout(
  principal: ExplainedPrincipal,
  action: string,
): { statement: CompiledStatement; resources: readonly string[] }[] {
  return policiesOf(principal).flatMap((policy) => {
    const { deny, allow } = rulesAbout(action, policy);
    return [...deny, ...allow].map(({ statement }) => ({
      statement,
      resources: policy.written!.statements[statement.index]!.resources,
    }));
  });
}

function policiesOf(principal: ExplainedPrincipal): ExplainedPolicy[] {
  return layersOf(principal).flatMap(({ policies }) => policies);
}
