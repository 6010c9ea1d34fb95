import type { CommandType } from '@muster/command';
import type { Selectable } from 'kysely';
import {
  type CommandTraits,
  commandSubject,
  type Invocation,
  type InvocationSource,
  type RunKind,
  UNSAVED,
} from '../domain/invocation.ts';
import type { InvocationStatus } from '../domain/invocation-status.ts';
import type { InvocationTable } from './tables/invocation.ts';

/** The run that a row says. */
export function invocationFromRow(row: Selectable<InvocationTable>): Invocation {
  return {
    invocationId: row.invocation_id,
    accountUin: row.account_uin,
    uin: row.uin,
    commandId: row.command_id,
    commandVersion: row.command_version,
    commandSaved: row.command_subject !== UNSAVED,
    commandCreatedBy: row.command_created_by as Invocation['commandCreatedBy'],
    commandName: row.command_name,
    description: row.description,
    source: row.source as InvocationSource,
    invokerId: row.invoker_id ?? undefined,
    parentInvocationId: row.parent_invocation_id ?? undefined,
    instanceKind: row.instance_kind as RunKind,
    taskCount: row.task_count,
    skippedCount: row.skipped_count,
    document: {
      commandType: row.command_type as CommandType,
      username: row.username,
      workingDirectory: row.working_directory,
      timeout: row.timeout,
      content: text(row.content),
      shownContent: text(row.shown_content),
      parameters: row.parameters,
      defaultParameters: row.default_parameters,
      outputCosBucketUrl: row.output_cos_bucket_url,
      outputCosKeyPrefix: row.output_cos_key_prefix,
    },
    status: row.status as InvocationStatus,
    sequence: row.sequence,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startTime: row.start_time ?? undefined,
    endTime: row.end_time ?? undefined,
  };
}

/** The row of a new run. */
export function invocationToRow(
  invocation: Invocation,
  { creator }: CommandTraits,
  sealedScript: Uint8Array,
): InvocationTable {
  const { document } = invocation;
  return {
    invocation_id: invocation.invocationId,
    account_uin: invocation.accountUin,
    uin: invocation.uin,
    command_id: invocation.commandId,
    command_version: invocation.commandVersion,
    command_subject: commandSubject(invocation),
    command_creator: creator ?? null,
    command_created_by: invocation.commandCreatedBy,
    command_name: invocation.commandName,
    description: invocation.description,
    source: invocation.source,
    invoker_id: invocation.invokerId ?? null,
    parent_invocation_id: invocation.parentInvocationId ?? null,
    instance_kind: invocation.instanceKind,
    task_count: invocation.taskCount,
    skipped_count: invocation.skippedCount,
    command_type: document.commandType,
    username: document.username,
    working_directory: document.workingDirectory,
    timeout: document.timeout,
    content: bytes(document.content),
    sealed_script: sealedScript,
    shown_content: bytes(document.shownContent),
    parameters: document.parameters,
    default_parameters: document.defaultParameters,
    output_cos_bucket_url: document.outputCosBucketUrl,
    output_cos_key_prefix: document.outputCosKeyPrefix,
    status: invocation.status,
    sequence: invocation.sequence,
    created_at: invocation.createdAt,
    updated_at: invocation.updatedAt,
    start_time: invocation.startTime ?? null,
    end_time: invocation.endTime ?? null,
  };
}

// a byte order mark is part of the script
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

function text(data: Uint8Array): string {
  return decoder.decode(data);
}

function bytes(data: string): Uint8Array {
  return encoder.encode(data);
}
