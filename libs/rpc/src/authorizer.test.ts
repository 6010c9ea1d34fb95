import type { MessageInitShape } from '@bufbuild/protobuf';
import { createRouterTransport } from '@connectrpc/connect';
import {
  AuthorizationService,
  type AuthorizeResponseSchema,
  Outcome,
  PlanKind,
  type PlanResourcesRequest,
  type PlanResourcesResponseSchema,
  Semantic,
} from '@muster/contract';
import { expect, it } from 'vitest';
import { remoteAuthorizer } from './authorizer.ts';

const principal = { accountUin: '1', uin: '2', name: 'ana' };
const kinds = ['qcs::tat:ap-guangzhou::command/*', 'qcs::cvm:ap-guangzhou::instance/*'];
const filled = kinds.map((kind) =>
  kind.replace('::command', ':uin/1:command').replace('::instance', ':uin/1:instance'),
);
const question = { context: { credential: 'token' }, action: 'tat:DescribeInvocationTasks', kinds };

/** The authorizer in front of an iam-svc that answers so. */
function answering(
  planResources: (request: PlanResourcesRequest) => MessageInitShape<typeof PlanResourcesResponseSchema>,
) {
  return remoteAuthorizer(createRouterTransport((router) => router.service(AuthorizationService, { planResources })));
}

it('gives the plans in the order asked', async () => {
  const rule = { paths: [{ pieces: ['command/cmd-', ''] }], tests: [] };
  const test = {
    key: 'qcs:resource_tag/env',
    operator: 'string_equal',
    everyValue: true,
    ifExist: false,
    values: ['prod'],
  };
  const authorizer = answering(({ resources, action }) => {
    expect([resources, action]).toEqual([kinds, question.action]);
    return {
      principal,
      plans: [
        {
          resource: filled[0]!,
          kind: PlanKind.CONDITIONAL,
          allOf: [{ anyOf: [rule] }],
          noneOf: [{ paths: [], tests: [test] }],
        },
        { resource: filled[1]!, kind: PlanKind.ALWAYS },
      ],
    };
  });
  const { plans, principal: asker } = await authorizer.plan(question);
  expect(asker).toMatchObject(principal);
  expect(plans).toEqual([
    {
      kind: 'conditional',
      allOf: [[{ paths: [['command/cmd-', '']], tests: [] }]],
      noneOf: [{ paths: [], tests: [test] }],
    },
    { kind: 'always', allOf: [], noneOf: [] },
  ]);
});

it('takes a plan of no kind, or of one that it does not know, for never', async () => {
  const plans = [PlanKind.UNSPECIFIED, 99 as PlanKind].map((kind, index) => ({ resource: filled[index]!, kind }));
  const answer = await answering(() => ({ principal, plans })).plan(question);
  expect(answer.plans.map((plan) => plan.kind)).toEqual(['never', 'never']);
});

it.each<[string, MessageInitShape<typeof PlanResourcesResponseSchema>]>([
  ['nobody', { plans: filled.map((resource) => ({ resource, kind: PlanKind.ALWAYS })) }],
  ['too few plans', { principal, plans: [{ resource: filled[0]!, kind: PlanKind.ALWAYS }] }],
  ['too many', { principal, plans: [...filled, filled[0]!].map((resource) => ({ resource, kind: PlanKind.ALWAYS })) }],
  ['others', { principal, plans: filled.toReversed().map((resource) => ({ resource, kind: PlanKind.ALWAYS })) }],
])('refuses an answer that tells of %s', async (_, answer) => {
  await expect(answering(() => answer).plan(question)).rejects.toMatchObject({ kind: 'unavailable' });
});

const authorize = (answer: MessageInitShape<typeof AuthorizeResponseSchema>) =>
  remoteAuthorizer(
    createRouterTransport((router) =>
      router.service(AuthorizationService, {
        authorize(request) {
          expect(request.semantic).toBe(Semantic.ALL);
          return answer;
        },
      }),
    ),
  ).authorize({ context: {}, action: 'tat:DescribeCommands', resources: [{ resource: 'a' }, { resource: 'b' }] });

it('asks for a decision about all, and refuses an answer that contradicts itself', async () => {
  const decisions = [Outcome.ALLOWED, Outcome.IMPLICIT_DENY].map((outcome) => ({ resource: 'a', outcome }));
  await expect(authorize({ principal, allowed: false, decisions })).resolves.toMatchObject({ outcomes: decisions });
  for (const answer of [
    { principal, allowed: true, decisions },
    { principal, allowed: true, decisions: decisions.slice(0, 1) },
    { principal, allowed: true, decisions: [decisions[0]!, { resource: 'b', outcome: 99 as Outcome }] },
    { principal, allowed: true, decisions: [decisions[0]!, { resource: 'b' }] },
    { allowed: false, decisions },
  ]) {
    await expect(authorize(answer)).rejects.toMatchObject({ kind: 'unavailable' });
  }
});
