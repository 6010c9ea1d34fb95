import type { MessageInitShape } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type AccessKeySchema,
  AccessKeyStatus,
  type AuthorizeRequest,
  type AuthorizeResponseSchema,
  Outcome,
  type Principal,
  PrincipalSchema,
  PrincipalType,
  type UserSchema,
} from '@muster/contract';
import type { Outcome as OutcomeName, Tags } from '@muster/policy';
import type { CallContextInit, Question } from '@muster/rpc';
import type { AccessAnswer, AccessQuestion, Brought } from './decider.ts';
import type { Identity, UserIdentity } from './domain/identity.ts';
import { checkTags } from './domain/question.ts';
import type { AccessKey } from './store/access-key-store.ts';
import type { User } from './store/user-store.ts';

/** The outcome that answers carry. */
export const OUTCOME_TO_PROTO = {
  allowed: Outcome.ALLOWED,
  explicit_deny: Outcome.EXPLICIT_DENY,
  implicit_deny: Outcome.IMPLICIT_DENY,
} satisfies Record<OutcomeName, Outcome>;

const PRINCIPAL_TYPE_TO_PROTO = {
  root: PrincipalType.ROOT,
  user: PrincipalType.USER,
  collaborator: PrincipalType.COLLABORATOR,
  role: PrincipalType.ROLE,
} satisfies Record<UserIdentity['type'], PrincipalType>;

/** What a caller brought, as the asking service passed it on. */
export function fromCallContext(context: CallContextInit | undefined): Brought {
  return {
    credential: context?.credential ?? '',
    peerAddress: context?.peerAddress ?? '',
    requestId: context?.requestId ?? '',
  };
}

/** The question that a request asks. */
export function fromAuthorizeRequest({ context, action, resources, requestTags }: AuthorizeRequest): AccessQuestion {
  return {
    brought: fromCallContext(context),
    action,
    resources: resources.map(({ resource, tags }) => ({ resource, tags: checkTags('Resources.Tags', tags) })),
    requestTags: checkTags('RequestTags', requestTags),
  };
}

/** The question that a guard of this service itself asks. */
export function fromQuestion({ context, action, resources, requestTags = [] }: Question): AccessQuestion {
  const tags = (field: string, given: readonly { key?: string; value?: string }[] = []) =>
    checkTags(
      field,
      given.map(({ key = '', value = '' }) => ({ key, value })),
    );
  return {
    brought: fromCallContext(context),
    action,
    resources: resources.map((one) => ({ resource: one.resource ?? '', tags: tags('Resources.Tags', one.tags) })),
    requestTags: tags('RequestTags', requestTags),
  };
}

/** An answer as it goes back to the asking service. */
export function toAuthorizeResponse(answer: AccessAnswer): MessageInitShape<typeof AuthorizeResponseSchema> {
  return {
    principal: toPrincipal(answer.identity),
    allowed: answer.allowed,
    decisions: answer.decisions.map(({ resource, outcome, policyId, version, statementIndex }) => ({
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
  if (identity.kind === 'service') return create(PrincipalSchema, { type: PrincipalType.SERVICE, name: identity.name });
  const { accountUin, uin, name } = identity;
  return create(PrincipalSchema, {
    type: PRINCIPAL_TYPE_TO_PROTO[identity.type],
    accountUin,
    uin,
    name,
  });
}

/** Tags as messages carry them, by key. */
export function toTags(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

export function toUser(user: User, tags: Tags = {}): MessageInitShape<typeof UserSchema> {
  return {
    uin: user.uin,
    name: user.name,
    remark: user.remark,
    consoleLogin: user.passwordHash !== '',
    createTime: timestampFromMs(user.createdAt),
    active: user.active,
    phoneNum: user.phoneNum,
    countryCode: user.countryCode,
    email: user.email,
    needResetPassword: user.needResetPassword,
    mfaEnabled: user.mfa?.enabled ?? false,
    tags: toTags(tags),
    boundaryPolicyId: String(user.boundaryPolicyId ?? 0),
  };
}

export function toAccessKey(key: AccessKey): MessageInitShape<typeof AccessKeySchema> {
  return {
    accessKeyId: key.accessKeyId,
    status: key.active ? AccessKeyStatus.ACTIVE : AccessKeyStatus.INACTIVE,
    createTime: timestampFromMs(key.createdAt),
    description: key.description,
    ...(key.lastUsedAt === undefined ? {} : { lastUsedTime: timestampFromMs(key.lastUsedAt) }),
  };
}
