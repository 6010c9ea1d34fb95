import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  type ExplanationSchema,
  type MatchedSchema,
  MissReason,
  type NearMissSchema,
  PlanKind,
  type ResourceRef,
  SubjectKind,
  type SubjectSchema,
} from '@muster/contract';
import type {
  EffectiveAction,
  ExplainedMiss,
  Explanation,
  Outcome,
  RequestedResource,
  StatementRef,
} from '@muster/policy';
import { checkConditionKeys, checkTags, withAccount } from '../domain/question.ts';
import type { Holder, HolderKind } from '../domain/rights.ts';
import { OUTCOME_TO_PROTO } from './decision.ts';

const REASON_TO_PROTO = {
  action: MissReason.ACTION,
  resource: MissReason.RESOURCE,
  condition: MissReason.CONDITION,
} satisfies Record<ExplainedMiss['reason'], MissReason>;

const KIND_TO_PROTO = {
  user: SubjectKind.USER,
  role: SubjectKind.ROLE,
  group: SubjectKind.GROUP,
} satisfies Record<HolderKind, SubjectKind>;

/** How much of an action may be done. */
export const EFFECTIVE_TO_PROTO = {
  always: PlanKind.ALWAYS,
  conditional: PlanKind.CONDITIONAL,
} satisfies Record<EffectiveAction['kind'], PlanKind>;

/** A resource of a question as the engine takes it, with its account. One without tags leaves them open. */
export function fromResourceRef({ resource, tags, attributes }: ResourceRef, accountUin: string): RequestedResource {
  return {
    name: withAccount(resource, accountUin),
    ...(tags.length === 0 ? {} : { tags: checkTags('Resources.Tags', tags) }),
    ...(attributes.length === 0 ? {} : { attributes: checkConditionKeys('Resources.Attributes', attributes) }),
  };
}

/** One explained decision; with `before` also how it is as things are. */
export function toExplanation(
  { resource, outcome, matched, nearMisses, reason }: Explanation,
  { action, accountUin, before }: { action: string; accountUin: string; before: Outcome | undefined },
): MessageInitShape<typeof ExplanationSchema> {
  return {
    action,
    resource: withAccount(resource, accountUin),
    outcome: OUTCOME_TO_PROTO[outcome],
    matched: matched.map(toMatched),
    nearMisses: nearMisses.map(toNearMiss),
    reason,
    ...(before === undefined ? {} : { before: OUTCOME_TO_PROTO[before] }),
  };
}

function toMatched({ policy, index = 0, effect }: StatementRef): MessageInitShape<typeof MatchedSchema> {
  const { policyId, policyName, version, via } = policy;
  return {
    // what is only tried has an id of its own kind
    policyId: /^[0-9]+$/.test(policyId) ? policyId : '0',
    policyName,
    version,
    statementIndex: index,
    effect,
    via,
    line: policy.lineOf(index),
  };
}

function toNearMiss(miss: ExplainedMiss): MessageInitShape<typeof NearMissSchema> {
  const { statement, reason, operator = '', key = '', wanted, given } = miss;
  return {
    statement: toMatched(statement),
    reason: REASON_TO_PROTO[reason],
    operator,
    key,
    wanted: [...wanted],
    given: [...given],
  };
}

export function toSubject({ kind, id, name }: Holder): MessageInitShape<typeof SubjectSchema> {
  return { kind: KIND_TO_PROTO[kind], id, name };
}
