import type { DescEnum } from '@bufbuild/protobuf';
import {
  AccessKeyStatus,
  AgentStatus,
  CommandType,
  InstanceKind,
  type InvocationStatus,
  InvocationStatusSchema,
  OutputStream,
  type TaskStatus,
  TaskStatusSchema,
} from '@muster/contract';
import type { TaskStatusName } from './domain/outcome.ts';
import type { ScriptType } from './domain/script-type.ts';

/** Enums that TAT and CAM do not write in capitals. */
const MIXED_CASE: Record<string, Record<number, string>> = {
  'muster.invocation.v1.AgentStatus': { [AgentStatus.ONLINE]: 'Online', [AgentStatus.OFFLINE]: 'Offline' },
  'muster.iam.v1.AccessKeyStatus': { [AccessKeyStatus.ACTIVE]: 'Active', [AccessKeyStatus.INACTIVE]: 'Inactive' },
};

/** The word that TAT or CAM has for an enum value; a value newer than this CLI is `UNSPECIFIED`. */
export function tatName(schema: DescEnum, value: number): string {
  return MIXED_CASE[schema.typeName]?.[value] ?? schema.value[value]?.localName ?? 'UNSPECIFIED';
}

/** TAT's word for a task's status. */
export function taskStatusName(status: TaskStatus): TaskStatusName {
  return tatName(TaskStatusSchema, status) as TaskStatusName;
}

/** TAT's word for a run's status. */
export function invocationStatusName(status: InvocationStatus): string {
  return tatName(InvocationStatusSchema, status);
}

/** The contract's value of a script's language. */
export const COMMAND_TYPE = {
  SHELL: CommandType.SHELL,
  PYTHON: CommandType.PYTHON,
  POWERSHELL: CommandType.POWERSHELL,
  BAT: CommandType.BAT,
} as const satisfies Record<ScriptType, CommandType>;

/** The contract's value of a kind of machine. */
export const INSTANCE_KIND = {
  CVM: InstanceKind.CVM,
  LIGHTHOUSE: InstanceKind.LIGHTHOUSE,
  REGISTERED: InstanceKind.REGISTERED,
} as const;

/** Which of the two outputs, as JSON Lines name it. */
export function streamName(stream: OutputStream): 'STDOUT' | 'STDERR' {
  return stream === OutputStream.STDERR ? 'STDERR' : 'STDOUT';
}
