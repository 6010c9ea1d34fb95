import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Tag } from '@muster/command';
import {
  type CreateInvokerRequest,
  type InvokerRecordSchema,
  type InvokerSchema,
  type ModifyInvokerRequest,
  InvokerOutcome as PbInvokerOutcome,
  MissedRunPolicy as PbMissedRunPolicy,
  OfflinePolicy as PbOfflinePolicy,
  OverlapPolicy as PbOverlapPolicy,
  SchedulePolicy as PbSchedulePolicy,
  type ScheduleSettings,
} from '@muster/contract';
import { invalid, isoSeconds } from '@muster/kernel';
import { type GivenInvoker, INVOKER_TYPE, type Invoker } from './domain/invoker.ts';
import type { OfflinePolicy } from './domain/offline-policy.ts';
import type { GivenSchedule, MissedRunPolicy, OverlapPolicy, SchedulePolicy } from './domain/schedule.ts';
import type { InstanceSelector } from './domain/selector.ts';
import type { SlotOutcome, SlotRecord } from './domain/slot.ts';
import { INVOCATION_STATUS_TO_PROTO, offlinePolicyFromProto } from './enum-convert.ts';

/** The times that answers name ahead. */
export const NEXT_TIMES = 10;

const SCHEDULE_POLICY_TO_PROTO = {
  ONCE: PbSchedulePolicy.ONCE,
  RECURRENCE: PbSchedulePolicy.RECURRENCE,
} satisfies Record<SchedulePolicy, PbSchedulePolicy>;

const OVERLAP_POLICY_TO_PROTO = {
  ALLOW: PbOverlapPolicy.ALLOW,
  SKIP: PbOverlapPolicy.SKIP,
  QUEUE: PbOverlapPolicy.QUEUE,
} satisfies Record<OverlapPolicy, PbOverlapPolicy>;

const MISSED_RUN_POLICY_TO_PROTO = {
  SKIP: PbMissedRunPolicy.SKIP,
  RUN_ONE: PbMissedRunPolicy.RUN_ONE,
} satisfies Record<MissedRunPolicy, PbMissedRunPolicy>;

const OFFLINE_POLICY_TO_PROTO = {
  REFUSE: PbOfflinePolicy.REFUSE,
  RUN_ON_RETURN: PbOfflinePolicy.RUN_ON_RETURN,
  SKIP: PbOfflinePolicy.SKIP,
} satisfies Record<OfflinePolicy, PbOfflinePolicy>;

const OUTCOME_TO_PROTO = {
  FIRING: PbInvokerOutcome.UNSPECIFIED,
  STARTED: PbInvokerOutcome.STARTED,
  MISSED: PbInvokerOutcome.MISSED,
  SKIPPED: PbInvokerOutcome.SKIPPED,
  QUEUED: PbInvokerOutcome.QUEUED,
  REFUSED: PbInvokerOutcome.REFUSED,
} satisfies Record<SlotOutcome, PbInvokerOutcome>;

/** What CreateInvoker gives. Refusals: InvalidParameter, InvalidParameterValue for a choice that this version does not know. */
export function newInvokerFromProto(request: CreateInvokerRequest): GivenInvoker {
  const { name, type, commandId, commandVersion, username, parameters, instanceIds } = request;
  return {
    ...{ name, type, commandId, commandVersion, username, parameters, instanceIds },
    selector: selectorFromProto(request.selector),
    offlinePolicy: offlineFromProto(request.offlinePolicy),
    schedule: scheduleFromProto(request.scheduleSettings),
  };
}

/** What ModifyInvoker gives; parts that it does not are undefined. Refusals: the same. */
export function invokerChangeFromProto(request: ModifyInvokerRequest): GivenInvoker {
  const { name, type, commandId, commandVersion, username, parameters, instanceIds } = request;
  return {
    ...{ name, type, commandId, commandVersion, username, parameters },
    selector: selectorFromProto(request.selector),
    instanceIds: instanceIds.length === 0 ? undefined : instanceIds,
    offlinePolicy: offlineFromProto(request.offlinePolicy),
    schedule: scheduleFromProto(request.scheduleSettings),
  };
}

function selectorFromProto(given: CreateInvokerRequest['selector']): InstanceSelector | undefined {
  return given && selectorToProto(given);
}

function scheduleFromProto(given: ScheduleSettings | undefined): GivenSchedule | undefined {
  if (!given) return undefined;
  const { recurrence, invokeTime, timeZone, missedRunWindow } = given;
  return {
    ...{ recurrence, invokeTime, timeZone, missedRunWindow },
    policy: choice(SCHEDULE_POLICY_TO_PROTO, given.policy, { field: 'Policy' }),
    overlapPolicy: choice(OVERLAP_POLICY_TO_PROTO, given.overlapPolicy, { field: 'OverlapPolicy' }) ?? 'ALLOW',
    missedRunPolicy: choice(MISSED_RUN_POLICY_TO_PROTO, given.missedRunPolicy, { field: 'MissedRunPolicy' }) ?? 'SKIP',
  };
}

/** The name of a choice; undefined when none was made. */
function choice<N extends string>(
  names: Record<N, number>,
  given: number,
  { field }: { field: string },
): N | undefined {
  if (given === 0) return undefined;
  const known = Object.keys(names) as N[];
  const name = known.find((one) => names[one] === given);
  if (name) return name;
  throw invalid('InvalidParameter', `ScheduleSettings.${field}`, `must be ${known.join(' or ')}, was ${given}`);
}

function offlineFromProto(given: PbOfflinePolicy): OfflinePolicy | undefined {
  return given === PbOfflinePolicy.UNSPECIFIED ? undefined : offlinePolicyFromProto(given);
}

/** An invoker as answers show it; `next` are its next slots. */
export function invokerToProto(
  invoker: Invoker,
  { tags, next }: { tags: readonly Tag[]; next: readonly number[] },
): MessageInitShape<typeof InvokerSchema> {
  const { schedule, offlinePolicy, selector } = invoker;
  const [first] = next;
  return {
    invokerId: invoker.invokerId,
    name: invoker.name,
    type: INVOKER_TYPE,
    commandId: invoker.commandId,
    username: invoker.username,
    parameters: invoker.shownParameters,
    instanceIds: [...invoker.instanceIds],
    enable: invoker.enabled,
    scheduleSettings: {
      policy: SCHEDULE_POLICY_TO_PROTO[schedule.policy],
      recurrence: schedule.recurrence,
      invokeTime: first === undefined ? '' : isoSeconds(first),
      timeZone: schedule.timeZone,
      overlapPolicy: OVERLAP_POLICY_TO_PROTO[schedule.overlapPolicy],
      missedRunPolicy: MISSED_RUN_POLICY_TO_PROTO[schedule.missedRunPolicy],
      missedRunWindow: schedule.missedRunWindow,
    },
    createdTime: timestampFromMs(invoker.createdAt),
    updatedTime: timestampFromMs(invoker.updatedAt),
    tags: [...tags],
    ...(selector ? { selector: selectorToProto(selector) } : {}),
    offlinePolicy: offlinePolicy ? OFFLINE_POLICY_TO_PROTO[offlinePolicy] : PbOfflinePolicy.UNSPECIFIED,
    commandVersion: invoker.commandVersion,
    nextInvokeTimes: next.map((slot) => timestampFromMs(slot)),
    createdUin: invoker.createdUin,
  };
}

/** The same in both directions, without what messages carry besides. */
function selectorToProto({ all, names, tags }: InstanceSelector) {
  return { all, names: [...names], tags: tags.map(({ key, values }) => ({ key, values: [...values] })) };
}

/** A record as answers show it. */
export function recordToProto(record: SlotRecord): MessageInitShape<typeof InvokerRecordSchema> {
  return {
    invokerId: record.invokerId,
    invokeTime: timestampFromMs(record.invokedAt),
    reason: record.reason,
    invocationId: record.invocationId ?? '',
    ...(record.status ? { result: INVOCATION_STATUS_TO_PROTO[record.status] } : {}),
    scheduledTime: timestampFromMs(record.slot),
    outcome: OUTCOME_TO_PROTO[record.outcome],
  };
}
