import type { Tag } from '@muster/contract';
import {
  type CompiledPrincipal,
  compilePolicy,
  compilePrincipal,
  decide,
  parsePolicy,
  plan,
  type Tags,
} from '@muster/policy';
import type { PlanQuestion, Question } from '@muster/rpc';
import { ACCOUNT_UIN, type FakeAuthorizer, USER_UIN } from './fake-authorizer.ts';

/** A statement of a policy; effect, resource and the rest as CAM writes them. */
export interface StatementInit {
  readonly effect: 'allow' | 'deny';
  readonly action: string | readonly string[];
  /** `*` when absent. */
  readonly resource?: string | readonly string[];
  readonly condition?: object;
}

/** From here on the fake decides and plans with the real engine: the test's user by a policy of these statements, root as root. */
export function decideByPolicies(iam: FakeAuthorizer, ...statements: readonly StatementInit[]): void {
  const document = { version: '2.0', statement: statements.map((statement) => ({ resource: '*', ...statement })) };
  const compiled = compilePolicy(parsePolicy(JSON.stringify(document)));
  const account = { rootUin: ACCOUNT_UIN, appId: '1250000000' };
  const user = compilePrincipal({
    ...account,
    uin: USER_UIN,
    isRoot: false,
    policies: [{ policyId: '1', version: 1, compiled }],
  });
  const root = compilePrincipal({ ...account, uin: ACCOUNT_UIN, isRoot: true, policies: [] });
  const asking = ({ context }: Question | PlanQuestion): CompiledPrincipal =>
    context.credential === 'user' ? user : root;

  iam.decide = (action, resource, question) => {
    const [named] = question.resources;
    const attributes = (named?.attributes ?? []).map(({ key = '', values = [] }) => [key, values] as const);
    const asked = { name: resource, tags: tagsOf(named?.tags), attributes: Object.fromEntries(attributes) };
    return decide(asking(question), { action, resources: [asked], requestTags: tagsOf(question.requestTags) }).allowed;
  };
  iam.planOf = (action, resource, question) => plan(asking(question), { action, resource });
}

function tagsOf(tags: readonly Partial<Pick<Tag, 'key' | 'value'>>[] = []): Tags {
  return Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));
}
