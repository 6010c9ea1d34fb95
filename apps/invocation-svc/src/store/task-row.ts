import type { Insertable, Selectable } from 'kysely';
import type { CommandTraits } from '../domain/invocation.ts';
import type { LateResult, Task } from '../domain/task.ts';
import type { TaskStatus } from '../domain/task-status.ts';
import type { InvocationTaskTable } from './tables/invocation-task.ts';

/** The task that a row says. */
export function taskFromRow(row: Selectable<InvocationTaskTable>): Task {
  return {
    invocationTaskId: row.invocation_task_id,
    invocationId: row.invocation_id,
    position: row.position,
    accountUin: row.account_uin,
    commandId: row.command_id,
    commandSubject: row.command_subject,
    instanceId: row.instance_id,
    instanceName: row.instance_name,
    status: row.status as TaskStatus,
    claim: row.claim ?? undefined,
    attempts: row.attempts,
    dueAt: row.due_at ?? undefined,
    deadlineAt: row.deadline_at ?? undefined,
    offlineExpiresAt: row.offline_expires_at ?? undefined,
    timeout: row.timeout,
    exitCode: row.exit_code ?? undefined,
    errorInfo: row.error_info,
    stdoutLength: row.stdout_length,
    stderrLength: row.stderr_length,
    discarded: row.discarded,
    outputUrl: row.output_url,
    outputUploadError: row.output_upload_error,
    outputExpired: row.output_expired === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startTime: row.start_time ?? undefined,
    execEndTime: row.exec_end_time ?? undefined,
    endTime: row.end_time ?? undefined,
    late: lateFromRow(row),
    conflicts: row.conflicts,
  };
}

function lateFromRow(row: Selectable<InvocationTaskTable>): LateResult | undefined {
  if (row.late_status === null || row.late_received_at === null) return undefined;
  return {
    status: row.late_status as TaskStatus,
    exitCode: row.late_exit_code ?? undefined,
    errorInfo: row.late_error_info ?? '',
    receivedAt: row.late_received_at,
  };
}

/** The part of a row that changes. */
export function taskState(task: Task) {
  return {
    status: task.status,
    claim: task.claim ?? null,
    attempts: task.attempts,
    due_at: task.dueAt ?? null,
    deadline_at: task.deadlineAt ?? null,
    exit_code: task.exitCode ?? null,
    error_info: task.errorInfo,
    stdout_length: task.stdoutLength,
    stderr_length: task.stderrLength,
    discarded: task.discarded,
    output_url: task.outputUrl,
    output_upload_error: task.outputUploadError,
    updated_at: task.updatedAt,
    start_time: task.startTime ?? null,
    exec_end_time: task.execEndTime ?? null,
    end_time: task.endTime ?? null,
    late_status: task.late?.status ?? null,
    late_exit_code: task.late?.exitCode ?? null,
    late_error_info: task.late?.errorInfo ?? null,
    late_received_at: task.late?.receivedAt ?? null,
    conflicts: task.conflicts,
  } satisfies Partial<InvocationTaskTable>;
}

/** The row of a new task. */
export function taskToRow(task: Task, { creator }: CommandTraits): Insertable<InvocationTaskTable> {
  return {
    invocation_task_id: task.invocationTaskId,
    invocation_id: task.invocationId,
    position: task.position,
    account_uin: task.accountUin,
    command_id: task.commandId,
    command_subject: task.commandSubject,
    command_creator: creator ?? null,
    instance_id: task.instanceId,
    instance_name: task.instanceName,
    offline_expires_at: task.offlineExpiresAt ?? null,
    timeout: task.timeout,
    created_at: task.createdAt,
    ...taskState(task),
  };
}
