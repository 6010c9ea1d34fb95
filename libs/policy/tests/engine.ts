import {
  type AttachedPolicy,
  compilePolicy,
  compilePrincipal,
  decide,
  type Outcome,
  parsePolicy,
} from '../src/index.ts';
import { naive } from './naive.ts';
import type { Question, Rule } from './naive-types.ts';
import type { Request, World } from './worlds.ts';

/** The rules as one attached policy. */
export function attach(statement: readonly Rule[], policyId: string): AttachedPolicy {
  const text = JSON.stringify({ version: '2.0', statement });
  return { policyId, version: 1, compiled: compilePolicy(parsePolicy(text, { maxCharacters: 100_000 })) };
}

/** The world's principal, ready to be asked. */
export function principalOf({ caller, policies, limits }: World) {
  const [boundary, ...sessionPolicies] = limits.map((rules, i) => attach(rules, `limit ${i}`));
  return compilePrincipal({
    ...caller,
    isRoot: caller.uin === caller.rootUin,
    policies: policies.map((rules, i) => attach(rules, `policy ${i}`)),
    ...(boundary && { boundary }),
    sessionPolicies,
  });
}

/** What the engine says about each resource of a request. */
export function engine(principal: ReturnType<typeof principalOf>, request: Request): Outcome[] {
  const resources = request.resources.map(({ resource, ...rest }) => ({ name: resource, ...rest }));
  return decide(principal, { ...request, resources }).resources.map(({ outcome }) => outcome);
}

/** What the naive evaluator says. */
export function specified(world: World, request: Request): Outcome[] {
  return questions(world, request).map(naive);
}

function questions({ caller, policies, limits }: World, { resources, ...request }: Request): Question[] {
  const [rules, narrowed] = [policies.flat(), limits.map((limit) => [...limit])];
  return resources.map((resource) => ({ caller, rules, limits: narrowed, ...request, ...resource }));
}
