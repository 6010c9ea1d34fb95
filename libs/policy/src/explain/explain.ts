import { type AccessRequest, decide, type Outcome, type ResourceDecision, resourceAsked } from '../authorize.ts';
import { RequestKeys, ResourceKeys } from '../condition-keys.ts';
import type { Effect } from '../parse.ts';
import { compilePrincipal } from '../principal.ts';
import { type ExplainedPolicy, type ExplainedPrincipal, type Layer, layersOf } from './explained-principal.ts';
import { type MissReason, nearMisses } from './near-misses.ts';
import { sentence } from './sentence.ts';
import { fits, type Question, type Trial, tryPolicies } from './trial.ts';

/** A statement that spoke, or almost did. */
export interface StatementRef {
  readonly policy: ExplainedPolicy;
  /** Its place in the document, from 0; undefined when the whole policy speaks, because it cannot be read. */
  readonly index: number | undefined;
  readonly effect: Effect;
}

/** A statement that would change the outcome if it spoke, and what keeps it from that. */
export interface ExplainedMiss {
  readonly statement: StatementRef;
  readonly reason: MissReason;
  /** For a condition: its operator as written, and its key. */
  readonly operator?: string;
  readonly key?: string;
  /** What the statement wants, variables filled in; of many actions or resources the nearest ten. */
  readonly wanted: readonly string[];
  /** What the request had; none when the key was missing. */
  readonly given: readonly string[];
}

/** The decision on one resource, and why. */
export interface Explanation {
  readonly resource: string;
  readonly outcome: Outcome;
  /** The statements that spoke, the deciding one first. */
  readonly matched: readonly StatementRef[];
  /** At most 20, the likeliest first. */
  readonly nearMisses: readonly ExplainedMiss[];
  /** One sentence for people. */
  readonly reason: string;
}

/** More than anybody reads. */
const MOST_MISSES = 20;

/** Explains one request; `explainer` is quicker for several. */
export function explain(principal: ExplainedPrincipal, request: AccessRequest): Explanation[] {
  return explainer(principal)(request);
}

/** Explains the requests of a principal, resource by resource. What is decided is what `decide` says, never a second opinion. */
export function explainer(principal: ExplainedPrincipal): (request: AccessRequest) => Explanation[] {
  const compiled = compilePrincipal(principal);
  const layers = layersOf(principal);
  const { variables } = compiled;
  return (request) => {
    const shared = new RequestKeys(request.context, request.requestTags, variables);
    const { resources } = decide(compiled, request);
    return request.resources.map((asked, i) => {
      const name = resourceAsked(compiled, asked);
      if (name === undefined) return outOfReach(asked.name);
      const keys = new ResourceKeys(shared, asked.tags, asked.attributes);
      return explanation(layers, resources[i]!, { action: request.action, name, keys, variables });
    });
  };
}

/** No policy is asked about what is malformed or another account's (CAM section 8). */
function outOfReach(resource: string): Explanation {
  const foreign = resource.startsWith('qcs:');
  const why = foreign ? 'it belongs to another account, or its six segments are malformed' : 'it is no six segments';
  return {
    resource,
    outcome: 'implicit_deny',
    matched: [],
    nearMisses: [],
    reason: `denied: no policy can speak of \`${resource}\`, for ${why}`,
  };
}

function explanation(layers: readonly Layer[], decision: ResourceDecision, question: Question): Explanation {
  const { resource, outcome } = decision;
  const tried = layers.map((layer) => ({ layer, trials: tryPolicies(layer.policies, question) }));
  const spoke = tried.flatMap(({ trials }) => trials.filter(fits));
  const lacking = tried.filter(({ trials }) => !trials.some((trial) => fits(trial) && effectOf(trial) === 'allow'));
  // only what would change the outcome: another allow where one is lacking, or the first deny
  const wouldMatter =
    outcome === 'allowed'
      ? [tried.flatMap(({ trials }) => trials.filter((trial) => effectOf(trial) === 'deny'))]
      : lacking.map(({ trials }) => trials.filter((trial) => effectOf(trial) === 'allow'));
  const misses = wouldMatter.flatMap((trials) => nearMisses(trials, resource, question)).slice(0, MOST_MISSES);
  const matched = [
    ...layers.flatMap(({ policies }) => policies.filter(({ written }) => written === undefined)).map(unreadable),
    ...spoke.map(refOf),
  ];
  const deciding = matched.find(
    ({ policy, index }) => policy.policyId === decision.policyId && index === decision.statementIndex,
  );
  return {
    resource,
    outcome,
    matched: deciding ? [deciding, ...matched.filter((one) => one !== deciding)] : matched,
    nearMisses: misses.map(({ trial, reason, operator, key, wanted, given }) => ({
      statement: refOf(trial),
      reason,
      ...(operator === undefined ? {} : { operator }),
      ...(key === undefined ? {} : { key }),
      wanted,
      given,
    })),
    reason: sentence({
      action: question.action,
      resource,
      outcome,
      deciding: deciding && { ...deciding, trial: spoke.find((trial) => sameStatement(trial, deciding)) },
      lacking: lacking[0],
      misses,
    }),
  };
}

function effectOf({ written }: Trial): Effect {
  return written.effect;
}

function refOf(trial: Trial): StatementRef {
  return { policy: trial.policy, index: trial.statement.index, effect: effectOf(trial) };
}

function unreadable(policy: ExplainedPolicy): StatementRef {
  return { policy, index: undefined, effect: 'deny' };
}

function sameStatement({ policy, statement }: Trial, ref: StatementRef): boolean {
  return policy === ref.policy && statement.index === ref.index;
}
