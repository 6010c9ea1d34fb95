import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { CommandType, ParameterConf } from '@muster/command';
import {
  type DefaultParameterConf,
  type InvocationSchema,
  type InvocationTaskSchema,
  type LateResultSchema,
  type OutputChunk,
  type OutputChunkSchema,
  type OutputPositionSchema,
  CommandType as PbCommandType,
  HeldState as PbHeldState,
  InstanceKind as PbInstanceKind,
  InvocationSource as PbInvocationSource,
  InvocationStatus as PbInvocationStatus,
  OfflinePolicy as PbOfflinePolicy,
  OutputStream as PbOutputStream,
  TaskOutcome as PbTaskOutcome,
  TaskStatus as PbTaskStatus,
  Verdict as PbVerdict,
  type ResultReport,
} from '@muster/contract';
import { invalid } from '@muster/kernel';
import type { DeliveryRules } from './domain/delivery.ts';
import {
  BRIEFS_MAX,
  type Invocation,
  type InvocationSource,
  type RunKind,
  type TaskBrief,
} from './domain/invocation.ts';
import type { InvocationStatus } from './domain/invocation-status.ts';
import type { OfflinePolicy } from './domain/offline-policy.ts';
import type { HeldState, Verdict } from './domain/reconcile.ts';
import type { TaskOutput } from './domain/run-change.ts';
import {
  isFull,
  type LateResult,
  type OutputStream,
  type Task,
  type TaskOutcome,
  type TaskReport,
} from './domain/task.ts';
import { isUnderWay, type TaskStatus } from './domain/task-status.ts';

export const TASK_STATUS_TO_PROTO = {
  PENDING: PbTaskStatus.PENDING,
  DELIVERING: PbTaskStatus.DELIVERING,
  DELIVER_DELAYED: PbTaskStatus.DELIVER_DELAYED,
  DELIVER_FAILED: PbTaskStatus.DELIVER_FAILED,
  START_FAILED: PbTaskStatus.START_FAILED,
  RUNNING: PbTaskStatus.RUNNING,
  SUCCESS: PbTaskStatus.SUCCESS,
  FAILED: PbTaskStatus.FAILED,
  TIMEOUT: PbTaskStatus.TIMEOUT,
  TASK_TIMEOUT: PbTaskStatus.TASK_TIMEOUT,
  CANCELLING: PbTaskStatus.CANCELLING,
  CANCELLED: PbTaskStatus.CANCELLED,
  TERMINATED: PbTaskStatus.TERMINATED,
} satisfies Record<TaskStatus, PbTaskStatus>;

export const INVOCATION_STATUS_TO_PROTO = {
  PENDING: PbInvocationStatus.PENDING,
  RUNNING: PbInvocationStatus.RUNNING,
  CANCELLING: PbInvocationStatus.CANCELLING,
  SUCCESS: PbInvocationStatus.SUCCESS,
  TIMEOUT: PbInvocationStatus.TIMEOUT,
  FAILED: PbInvocationStatus.FAILED,
  CANCELLED: PbInvocationStatus.CANCELLED,
  PARTIAL_FAILED: PbInvocationStatus.PARTIAL_FAILED,
  PARTIAL_CANCELLED: PbInvocationStatus.PARTIAL_CANCELLED,
} satisfies Record<InvocationStatus, PbInvocationStatus>;

export const COMMAND_TYPE_TO_PROTO = {
  SHELL: PbCommandType.SHELL,
  POWERSHELL: PbCommandType.POWERSHELL,
  BAT: PbCommandType.BAT,
  PYTHON: PbCommandType.PYTHON,
} satisfies Record<CommandType, PbCommandType>;

const COMMAND_TYPE_FROM_PROTO = new Map<PbCommandType, string | undefined>([
  [PbCommandType.UNSPECIFIED, undefined],
  ...Object.entries(COMMAND_TYPE_TO_PROTO).map(([name, value]) => [value, name] as const),
]);

const KIND_TO_PROTO = {
  CVM: PbInstanceKind.CVM,
  LIGHTHOUSE: PbInstanceKind.LIGHTHOUSE,
  REGISTERED: PbInstanceKind.REGISTERED,
  MIXED: PbInstanceKind.MIXED,
} satisfies Record<RunKind, PbInstanceKind>;

const OFFLINE_POLICY_FROM_PROTO = {
  [PbOfflinePolicy.UNSPECIFIED]: 'REFUSE',
  [PbOfflinePolicy.REFUSE]: 'REFUSE',
  [PbOfflinePolicy.RUN_ON_RETURN]: 'RUN_ON_RETURN',
  [PbOfflinePolicy.SKIP]: 'SKIP',
} as const satisfies Record<PbOfflinePolicy, OfflinePolicy>;

const SOURCE_TO_PROTO = {
  USER: PbInvocationSource.USER,
  INVOKER: PbInvocationSource.INVOKER,
} satisfies Record<InvocationSource, PbInvocationSource>;

const STREAM_TO_PROTO = {
  STDOUT: PbOutputStream.STDOUT,
  STDERR: PbOutputStream.STDERR,
} satisfies Record<OutputStream, PbOutputStream>;

const STREAM_FROM_PROTO = {
  [PbOutputStream.UNSPECIFIED]: undefined,
  [PbOutputStream.STDOUT]: 'STDOUT',
  [PbOutputStream.STDERR]: 'STDERR',
} as const satisfies Record<PbOutputStream, OutputStream | undefined>;

const OUTCOME_FROM_PROTO = {
  [PbTaskOutcome.UNSPECIFIED]: 'INTERRUPTED',
  [PbTaskOutcome.SUCCESS]: 'SUCCESS',
  [PbTaskOutcome.FAILED]: 'FAILED',
  [PbTaskOutcome.TIMEOUT]: 'TIMEOUT',
  [PbTaskOutcome.TERMINATED]: 'TERMINATED',
  [PbTaskOutcome.START_FAILED]: 'START_FAILED',
  [PbTaskOutcome.INTERRUPTED]: 'INTERRUPTED',
} as const satisfies Record<PbTaskOutcome, TaskOutcome>;

const HELD_STATE_FROM_PROTO = {
  [PbHeldState.UNSPECIFIED]: 'RUNNING',
  [PbHeldState.CLAIMED]: 'CLAIMED',
  [PbHeldState.RUNNING]: 'RUNNING',
  [PbHeldState.FINISHED]: 'FINISHED',
} as const satisfies Record<PbHeldState, HeldState>;

export const VERDICT_TO_PROTO = {
  GO_ON: PbVerdict.GO_ON,
  FORGET: PbVerdict.FORGET,
  KILL: PbVerdict.KILL,
  RESEND: PbVerdict.RESEND,
} satisfies Record<Verdict, PbVerdict>;

const TASK_STATUS_FROM_PROTO: ReadonlyMap<PbTaskStatus, TaskStatus> = new Map(
  Object.entries(TASK_STATUS_TO_PROTO).map(([name, value]) => [value, name as TaskStatus]),
);

/** Where a task stands; undefined for a status that this version does not know. */
export function taskStatusFromProto(status: PbTaskStatus): TaskStatus | undefined {
  return TASK_STATUS_FROM_PROTO.get(status);
}

/** The name of a language; a number that this version does not know stays one, for the refusal to name. */
export function commandTypeName(type: PbCommandType): string | undefined {
  return COMMAND_TYPE_FROM_PROTO.has(type) ? COMMAND_TYPE_FROM_PROTO.get(type) : String(type);
}

/** What becomes of absent machines. Refusal: InvalidParameterValue for a policy that this version does not know. */
export function offlinePolicyFromProto(policy: PbOfflinePolicy): OfflinePolicy {
  const name = known<OfflinePolicy>(OFFLINE_POLICY_FROM_PROTO, policy);
  if (name) return name;
  throw invalid('InvalidParameterValue', 'OfflinePolicy', `must be REFUSE, RUN_ON_RETURN or SKIP, was ${policy}`);
}

/** Which output; undefined for both, or for one that this version does not know. */
export function streamFromProto(stream: PbOutputStream): OutputStream | undefined {
  return known<OutputStream | undefined>(STREAM_FROM_PROTO, stream);
}

/** Which output, as answers name it. */
export function streamToProto(stream: OutputStream): PbOutputStream {
  return STREAM_TO_PROTO[stream];
}

/** How far a machine got. A state that this version does not know may well be a running script. */
export function heldStateFromProto(state: PbHeldState): HeldState {
  return known<HeldState>(HELD_STATE_FROM_PROTO, state) ?? 'RUNNING';
}

/** Output as a machine sends it; undefined when it names neither stream. */
export function outputFromProto(chunk: OutputChunk, receivedAt: number): TaskOutput | undefined {
  const stream = streamFromProto(chunk.stream);
  const { invocationTaskId, offset, data } = chunk;
  return stream && { invocationTaskId, stream, offset, data, receivedAt };
}

/** Output as answers show it. */
export function outputToProto(output: TaskOutput): MessageInitShape<typeof OutputChunkSchema> {
  const { invocationTaskId, stream, offset, data, receivedAt } = output;
  return { invocationTaskId, stream: streamToProto(stream), offset, data, ...time('time', receivedAt) };
}

/** Where the service stands with the output of a task; `task` is undefined when the machine has no such task. */
export function positionToProto(
  invocationTaskId: string,
  task: Task | undefined,
  rules: DeliveryRules,
): MessageInitShape<typeof OutputPositionSchema> {
  return {
    invocationTaskId,
    stdoutNext: task?.stdoutLength ?? 0,
    stderrNext: task?.stderrLength ?? 0,
    closed: !task || !isUnderWay(task.status) || isFull(task, rules),
  };
}

/** No script writes a petabyte: a machine that says more lies, and sums must stay numbers. */
const MOST_DISCARDED = 2 ** 50;

/** A machine's report of an end. An outcome that this version does not know is one that cannot be known. */
export function reportFromProto(report: ResultReport): TaskReport {
  const outcome = known<TaskOutcome>(OUTCOME_FROM_PROTO, report.outcome) ?? 'INTERRUPTED';
  return {
    claim: report.claim,
    outcome,
    // of a script that did not end by itself there is none, whatever the machine says
    exitCode: outcome === 'SUCCESS' || outcome === 'FAILED' ? report.exitCode : -1,
    errorInfo: report.errorInfo,
    stdoutLength: report.stdoutLength,
    stderrLength: report.stderrLength,
    discarded: Math.min(Number(report.discarded), MOST_DISCARDED),
    elapsedMs: Number(report.elapsedMs),
    outputUrl: report.outputUrl,
    outputUploadError: report.outputUploadError,
  };
}

/** A run as answers show it; watchers get its tasks in their own messages. */
export function invocationToProto(
  invocation: Invocation,
  tasks: readonly TaskBrief[] = [],
): MessageInitShape<typeof InvocationSchema> {
  const { document } = invocation;
  return {
    invocationId: invocation.invocationId,
    commandId: invocation.commandId,
    commandName: invocation.commandName,
    invocationStatus: INVOCATION_STATUS_TO_PROTO[invocation.status],
    invocationTaskBasicInfoSet: tasks
      .slice(0, BRIEFS_MAX)
      .map(({ invocationTaskId, status, instanceId, instanceName }) => ({
        invocationTaskId,
        taskStatus: TASK_STATUS_TO_PROTO[status],
        instanceId,
        instanceName,
      })),
    description: invocation.description,
    ...time('startTime', invocation.startTime),
    ...time('endTime', invocation.endTime),
    createdTime: timestampFromMs(invocation.createdAt),
    updatedTime: timestampFromMs(invocation.updatedAt),
    parameters: document.parameters,
    defaultParameters: document.defaultParameters,
    instanceKind: KIND_TO_PROTO[invocation.instanceKind],
    username: document.username,
    invocationSource: SOURCE_TO_PROTO[invocation.source],
    commandContent: new TextEncoder().encode(document.content),
    commandType: COMMAND_TYPE_TO_PROTO[document.commandType],
    timeout: document.timeout,
    workingDirectory: document.workingDirectory,
    commandVersion: invocation.commandVersion,
    uin: invocation.uin,
    outputCosBucketUrl: document.outputCosBucketUrl,
    outputCosKeyPrefix: document.outputCosKeyPrefix,
    parentInvocationId: invocation.parentInvocationId ?? '',
    invokerId: invocation.invokerId ?? '',
    taskCount: invocation.taskCount,
    skippedCount: invocation.skippedCount,
  };
}

/** A task as answers show it; `result` is what was asked to be shown of its output. */
export function taskToProto(
  task: Task,
  { document, commandName, source }: Pick<Invocation, 'document' | 'commandName' | 'source'>,
  result?: { readonly output: Uint8Array; readonly dropped: number },
): MessageInitShape<typeof InvocationTaskSchema> {
  return {
    invocationId: task.invocationId,
    invocationTaskId: task.invocationTaskId,
    commandId: task.commandId,
    taskStatus: TASK_STATUS_TO_PROTO[task.status],
    instanceId: task.instanceId,
    taskResult: {
      ...(task.exitCode === undefined ? {} : { exitCode: task.exitCode }),
      ...(result ? { output: result.output, dropped: BigInt(result.dropped) } : {}),
      ...time('execStartTime', task.startTime),
      ...time('execEndTime', task.execEndTime),
      stdoutLength: task.stdoutLength,
      stderrLength: task.stderrLength,
      discarded: BigInt(task.discarded),
      outputUrl: task.outputUrl,
      outputUploadCosErrorInfo: task.outputUploadError,
      outputExpired: task.outputExpired,
    },
    ...time('startTime', task.startTime),
    ...time('endTime', task.endTime),
    createdTime: timestampFromMs(task.createdAt),
    updatedTime: timestampFromMs(task.updatedAt),
    commandDocument: {
      content: new TextEncoder().encode(document.shownContent),
      commandType: COMMAND_TYPE_TO_PROTO[document.commandType],
      timeout: document.timeout,
      workingDirectory: document.workingDirectory,
      username: document.username,
      outputCosBucketUrl: document.outputCosBucketUrl,
      outputCosKeyPrefix: document.outputCosKeyPrefix,
    },
    errorInfo: task.errorInfo,
    commandName,
    instanceName: task.instanceName,
    invocationSource: SOURCE_TO_PROTO[source],
    ...time('offlineExpiryTime', task.offlineExpiresAt),
    ...(task.late ? { lateResult: lateToProto(task.late) } : {}),
  };
}

function lateToProto({
  status,
  exitCode,
  errorInfo,
  receivedAt,
}: LateResult): MessageInitShape<typeof LateResultSchema> {
  return {
    taskStatus: TASK_STATUS_TO_PROTO[status],
    ...(exitCode === undefined ? {} : { exitCode }),
    errorInfo,
    ...time('receivedTime', receivedAt),
  };
}

/** Enums of the contract are open: a newer peer may send a number that the table lacks. */
function known<T>(table: Readonly<Record<number, T>>, value: number): T | undefined {
  return table[value];
}

function time<K extends string>(field: K, ms: number | undefined) {
  return ms === undefined ? {} : ({ [field]: timestampFromMs(ms) } as Record<K, ReturnType<typeof timestampFromMs>>);
}

/** One default with its explanation. */
export function confFromProto(conf: DefaultParameterConf): ParameterConf {
  return { name: conf.parameterName, value: conf.parameterValue, description: conf.parameterDescription };
}
