import type { CommandType } from '@muster/command';
import {
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
} from '@muster/contract';
import { invalid } from '@muster/kernel';
import type { InvocationSource, RunKind } from './domain/invocation.ts';
import type { InvocationStatus } from './domain/invocation-status.ts';
import type { OfflinePolicy } from './domain/offline-policy.ts';
import type { HeldState, Verdict } from './domain/reconcile.ts';
import type { OutputStream } from './domain/task.ts';
import type { TaskOutcome } from './domain/task-end.ts';
import type { TaskStatus } from './domain/task-status.ts';

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

export const KIND_TO_PROTO = {
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

export const SOURCE_TO_PROTO = {
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

/** How a script ended. An outcome that this version does not know is one that cannot be known. */
export function outcomeFromProto(outcome: PbTaskOutcome): TaskOutcome {
  return known<TaskOutcome>(OUTCOME_FROM_PROTO, outcome) ?? 'INTERRUPTED';
}

/** Enums of the contract are open: a newer peer may send a number that the table lacks. */
function known<T>(table: Readonly<Record<number, T>>, value: number): T | undefined {
  return table[value];
}
