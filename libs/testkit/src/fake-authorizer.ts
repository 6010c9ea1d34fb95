import { create } from '@bufbuild/protobuf';
import { Outcome, PrincipalSchema, PrincipalType } from '@muster/contract';
import { EVERYTHING, Refusal, type ResourcePlan } from '@muster/kernel';
import type { Authorizer, PlanQuestion, Question } from '@muster/rpc';

/** The account of tests. */
export const ACCOUNT_UIN = '100000000001';
/** A sub-user of it. */
export const USER_UIN = '100000000011';

/** An authorizer that a test scripts. */
export interface FakeAuthorizer extends Authorizer {
  /** Every question asked, in order. */
  readonly questions: Question[];
  /** Decides one resource, with the question about it alone; everything is allowed until a test says otherwise. */
  decide: (action: string, resource: string, question: Question) => boolean;
  /** Every plan asked for, in order. */
  readonly planned: PlanQuestion[];
  /** Plans one kind of resource; everything is allowed until a test says otherwise. */
  planOf: (action: string, kind: string, question: PlanQuestion) => ResourcePlan;
}

/**
 * Stands in for iam-svc. The credential names the principal: `root` or `user` of the test's account, `root@<uin>` of another
 * account, `service:<name>`; anything else is refused as a bad token.
 */
export function fakeAuthorizer(): FakeAuthorizer {
  const principalOf = (credential: string) => {
    const [kind, rest] = credential.split(/[@:]/);
    if (kind === 'root') {
      const accountUin = rest ?? ACCOUNT_UIN;
      return create(PrincipalSchema, { type: PrincipalType.ROOT, accountUin, uin: accountUin, name: 'root' });
    }
    if (kind === 'user')
      return create(PrincipalSchema, {
        type: PrincipalType.USER,
        accountUin: ACCOUNT_UIN,
        uin: USER_UIN,
        name: 'user',
      });
    if (kind === 'service') return create(PrincipalSchema, { type: PrincipalType.SERVICE, name: rest ?? '' });
    throw new Refusal('unauthenticated', 'AuthFailure.TokenFailure', 'the token is not valid');
  };
  const fake: FakeAuthorizer = {
    questions: [],
    decide: () => true,
    planned: [],
    planOf: () => EVERYTHING,
    authenticate: async (context) => principalOf(context.credential ?? ''),
    authorize: async (question) => {
      const principal = principalOf(question.context.credential ?? '');
      fake.questions.push(question);
      const outcomes = question.resources.map((ref) => {
        const { resource = '' } = ref;
        const allowed = fake.decide(question.action, resource, { ...question, resources: [ref] });
        return { resource, outcome: allowed ? Outcome.ALLOWED : Outcome.IMPLICIT_DENY };
      });
      return { principal, outcomes, decisionId: 'decision' };
    },
    plan: async (question) => {
      const principal = principalOf(question.context.credential ?? '');
      fake.planned.push(question);
      return { principal, plans: question.kinds.map((kind) => fake.planOf(question.action, kind, question)) };
    },
  };
  return fake;
}
