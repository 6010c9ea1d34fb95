import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type AuthorizeRequest,
  type AuthorizeResponse,
  Outcome,
  PlanKind,
  type PlanResourcesRequest,
  type PlanRuleSchema,
  type Principal,
  PrincipalType,
  type ResourcePlanSchema,
  Semantic,
} from '@muster/contract';
import type { PlanRule, ResourcePlan } from '@muster/kernel';
import type { Outcome as OutcomeName } from '@muster/policy';
import type { CallContextInit, Question, PlanQuestion as QuestionOfKinds } from '@muster/rpc';
import { OWN_NAME } from '../audit/audit.ts';
import type { AccessAnswer, AccessQuestion, Brought, PlanQuestion } from '../domain/access.ts';
import { displayName, type Identity, type UserIdentity } from '../domain/identity.ts';
import { checkConditionKeys, checkTags } from '../domain/question.ts';

/** The outcome that answers carry. */
export const OUTCOME_TO_PROTO = {
  allowed: Outcome.ALLOWED,
  explicit_deny: Outcome.EXPLICIT_DENY,
  implicit_deny: Outcome.IMPLICIT_DENY,
} satisfies Record<OutcomeName, Outcome>;

/** What kind of principal answers and records name. */
export const PRINCIPAL_TYPE_TO_PROTO = {
  root: PrincipalType.ROOT,
  user: PrincipalType.USER,
  collaborator: PrincipalType.COLLABORATOR,
  role: PrincipalType.ROLE,
  service: PrincipalType.SERVICE,
} satisfies Record<UserIdentity['type'] | 'service', PrincipalType>;

/** What a caller brought, as the asking service passed it on. */
export function fromCallContext(context: CallContextInit | undefined, service: string): Brought {
  return {
    credential: context?.credential ?? '',
    peerAddress: context?.peerAddress ?? '',
    requestId: context?.requestId ?? '',
    service,
  };
}

/** The question that a request of another service asks. */
export function fromAuthorizeRequest(request: AuthorizeRequest, service: string): AccessQuestion {
  return {
    brought: fromCallContext(request.context, service),
    action: request.action,
    resources: request.resources.map(({ resource, tags, attributes }) => ({
      resource,
      tags: checkTags('Resources.Tags', tags),
      attributes: checkConditionKeys('Resources.Attributes', attributes),
    })),
    requestTags: checkTags('RequestTags', request.requestTags),
    requestContext: checkConditionKeys('RequestContext', request.requestContext),
    semantic: request.semantic === Semantic.EACH ? 'each' : 'all',
  };
}

/** The question that a guard of this service itself asks. */
export function fromQuestion({ context, action, resources, requestTags = [], semantic }: Question): AccessQuestion {
  return {
    brought: fromCallContext(context, OWN_NAME),
    action,
    resources: resources.map(({ resource = '', tags = [], attributes = [] }) => ({
      resource,
      tags: checkTags('Resources.Tags', tags.map(fullTag)),
      attributes: checkConditionKeys('Resources.Attributes', attributes.map(fullKey)),
    })),
    requestTags: checkTags('RequestTags', requestTags.map(fullTag)),
    requestContext: {},
    semantic: semantic === Semantic.EACH ? 'each' : 'all',
  };
}

const fullTag = ({ key = '', value = '' }: { key?: string; value?: string }) => ({ key, value });
const fullKey = ({ key = '', values = [] }: { key?: string; values?: string[] }) => ({ key, values });

/** An answer as it goes back to the asking service. The messages are made by hand: there may be 200, and `create` would copy them. */
export function toAuthorizeResponse(answer: AccessAnswer): AuthorizeResponse {
  return {
    $typeName: 'muster.iam.v1.AuthorizeResponse',
    principal: toPrincipal(answer.identity),
    allowed: answer.allowed,
    decisions: answer.decisions.map(({ resource, outcome, policyId, version, statementIndex }) => ({
      $typeName: 'muster.iam.v1.Decision',
      resource,
      outcome: OUTCOME_TO_PROTO[outcome],
      policyId: policyId ?? '0',
      policyVersion: version ?? 0,
      statementIndex: statementIndex ?? 0,
    })),
    revision: answer.identity.kind === 'user' ? BigInt(answer.identity.revision) : 0n,
    decisionId: answer.decisionId,
  };
}

export function toPrincipal(identity: Identity): Principal {
  const user = identity.kind === 'user' ? identity : undefined;
  return {
    $typeName: 'muster.iam.v1.Principal',
    type: PRINCIPAL_TYPE_TO_PROTO[user?.type ?? 'service'],
    accountUin: user?.accountUin ?? '0',
    uin: user?.uin ?? '0',
    name: displayName(identity),
  };
}

/** The question about whole kinds that a request of another service asks. */
export function fromPlanRequest(request: PlanResourcesRequest, service: string): PlanQuestion {
  return {
    brought: fromCallContext(request.context, service),
    action: request.action,
    kinds: request.resources,
    requestContext: checkConditionKeys('RequestContext', request.requestContext),
  };
}

/** The same from a guard of this service itself. */
export function fromPlanQuestion({ context, action, kinds }: QuestionOfKinds): PlanQuestion {
  return { brought: fromCallContext(context, OWN_NAME), action, kinds, requestContext: {} };
}

const KIND_TO_PROTO = {
  always: PlanKind.ALWAYS,
  never: PlanKind.NEVER,
  conditional: PlanKind.CONDITIONAL,
} satisfies Record<ResourcePlan['kind'], PlanKind>;

/** The plan for a kind of resources (six segments with the account filled in). */
export function toResourcePlan(
  resource: string,
  { kind, allOf, noneOf }: ResourcePlan,
): MessageInitShape<typeof ResourcePlanSchema> {
  return {
    resource,
    kind: KIND_TO_PROTO[kind],
    allOf: allOf.map((anyOf) => ({ anyOf: anyOf.map(toPlanRule) })),
    noneOf: noneOf.map(toPlanRule),
  };
}

function toPlanRule({ paths, tests }: PlanRule): MessageInitShape<typeof PlanRuleSchema> {
  return {
    paths: paths.map((pieces) => ({ pieces: [...pieces] })),
    tests: tests.map(({ values, ...test }) => ({ ...test, values: [...values] })),
  };
}
