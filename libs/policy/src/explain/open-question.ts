import { type AccessRequest, resourceAsked } from '../authorize.ts';
import { type CompiledStatement, UNREADABLE_POLICY } from '../compile.ts';
import { RequestKeys, ResourceKeys } from '../condition-keys.ts';
import type { Effect } from '../parse.ts';
import { type Rule, rulesAbout } from '../policy-index.ts';
import { compilePrincipal } from '../principal.ts';
import { coversResource } from '../resource.ts';
import { hasVariables } from '../variables.ts';
import { type ExplainedPolicy, type ExplainedPrincipal, layersOf } from './explained-principal.ts';
import type { Question } from './trial.ts';

/** What a question is answered with that does not say everything about the request. */
export type OpenAnswer = 'allowed' | 'conditional' | 'denied';

/** How sure it is that a statement speaks. */
const NO = 0;
const MAYBE = 1;
const YES = 2;
type Certainty = typeof NO | typeof MAYBE | typeof YES;

/** How surely a policy denies and allows. */
interface Stance {
  readonly deny: Certainty;
  readonly allow: Certainty;
}

/**
 * Asks many principals of one account the same question about one resource. Keys that the request does not mention
 * are open, tags of a resource that gives none with them: a decision that depends on them is `conditional`. A policy that
 * does not care who asks is looked at once for all of them.
 */
export function openQuestion(request: AccessRequest): (principal: ExplainedPrincipal) => OpenAnswer {
  const [resource] = request.resources;
  const known = new Map<ExplainedPolicy['compiled'], Stance>();
  return (principal) => {
    const { uin, rootUin, appId, isRoot } = principal;
    // without its policies, which are looked at here one by one
    const asking = compilePrincipal({ uin, rootUin, appId, isRoot, policies: [] });
    const { variables } = asking;
    const name = resourceAsked(asking, resource!);
    if (name === undefined) return 'denied';
    const shared = new RequestKeys(request.context, request.requestTags, variables);
    const keys = new ResourceKeys(shared, resource!.tags, resource!.attributes);
    const question: Question = { action: request.action, name, keys, variables };

    const stanceOf = (policy: ExplainedPolicy): Stance => {
      const kept = known.get(policy.compiled);
      if (kept) return kept;
      const stance = takeStance(policy, question);
      if (!isPersonal(policy)) known.set(policy.compiled, stance);
      return stance;
    };
    const layers = layersOf(principal).map(({ policies }) => policies.map(stanceOf));
    const deny = most(layers.flat().map((stance) => stance.deny));
    const allow = Math.min(YES, ...layers.map((stances) => most(stances.map((stance) => stance.allow))));
    if (deny === YES || allow === NO) return 'denied';
    return deny === MAYBE || allow === MAYBE ? 'conditional' : 'allowed';
  };
}

function most(certainties: readonly Certainty[]): Certainty {
  let highest: Certainty = NO;
  for (const one of certainties) if (one > highest) highest = one;
  return highest;
}

function takeStance(policy: ExplainedPolicy, question: Question): Stance {
  if (policy.compiled === UNREADABLE_POLICY) return { deny: YES, allow: NO };
  const { deny, allow } = rulesAbout(question.action, policy);
  const howSure = (rules: readonly Rule[], effect: Effect) =>
    most(rules.map(({ statement }) => certainty(statement, effect, question)));
  return { deny: howSure(deny, 'deny'), allow: howSure(allow, 'allow') };
}

function certainty({ resources, conditions }: CompiledStatement, effect: Effect, question: Question): Certainty {
  const { name, keys, variables } = question;
  if (!resources.some((pattern) => coversResource(pattern, name, variables))) return NO;
  let sure: Certainty = YES;
  for (const { key, met } of conditions) {
    const given = keys.get(key);
    if (given.missing) sure = MAYBE;
    else if (!met(given, variables, effect)) return NO;
  }
  return sure;
}

/** Whether a policy may mean something else for each principal. */
function isPersonal({ written }: ExplainedPolicy): boolean {
  const personal = written?.statements.some(
    ({ resources, conditions }) =>
      resources.some(hasVariables) ||
      conditions.some(({ key, values }) => key === 'qcs:uin' || values.some(hasVariables)),
  );
  return personal ?? false;
}
