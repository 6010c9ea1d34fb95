import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { ParameterConf } from '@muster/command';
import type {
  DefaultParameterConf,
  InvocationSchema,
  InvocationTaskSchema,
  LateResultSchema,
  OutputChunk,
  OutputChunkSchema,
  OutputPositionSchema,
  ResultReport,
} from '@muster/contract';
import type { DeliveryRules } from './domain/delivery.ts';
import { BRIEFS_MAX, type Invocation, type TaskBrief } from './domain/invocation.ts';
import type { TaskOutput } from './domain/run-change.ts';
import { isFull, type LateResult, type Task } from './domain/task.ts';
import type { TaskReport } from './domain/task-end.ts';
import { isUnderWay } from './domain/task-status.ts';
import {
  COMMAND_TYPE_TO_PROTO,
  INVOCATION_STATUS_TO_PROTO,
  KIND_TO_PROTO,
  outcomeFromProto,
  SOURCE_TO_PROTO,
  streamFromProto,
  streamToProto,
  TASK_STATUS_TO_PROTO,
} from './enum-convert.ts';

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

/** A machine's report of an end. */
export function reportFromProto(report: ResultReport): TaskReport {
  const outcome = outcomeFromProto(report.outcome);
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

function time<K extends string>(field: K, ms: number | undefined) {
  return ms === undefined ? {} : ({ [field]: timestampFromMs(ms) } as Record<K, ReturnType<typeof timestampFromMs>>);
}

/** One default with its explanation. */
export function confFromProto(conf: DefaultParameterConf): ParameterConf {
  return { name: conf.parameterName, value: conf.parameterValue, description: conf.parameterDescription };
}
