import type { CommandType } from '@muster/command';
import type { InstanceKind } from '@muster/kernel';
import type { Selectable } from 'kysely';
import {
  type CommandTraits,
  commandSubject,
  type Invocation,
  type InvocationSource,
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
    commandName: row.command_name,
    description: row.description,
    source: row.source as InvocationSource,
    instanceKind: row.instance_kind as InstanceKind,
    clientToken: row.client_token ?? undefined,
    document: {
      commandType: row.command_type as CommandType,
      username: row.username,
      workingDirectory: row.working_directory,
      timeout: row.timeout,
      content: text(row.content),
      shownContent: text(row.shown_content),
      parameters: row.parameters,
      defaultParameters: row.default_parameters,
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
    command_name: invocation.commandName,
    description: invocation.description,
    source: invocation.source,
    instance_kind: invocation.instanceKind,
    client_token: invocation.clientToken ?? null,
    command_type: document.commandType,
    username: document.username,
    working_directory: document.workingDirectory,
    timeout: document.timeout,
    content: bytes(document.content),
    sealed_script: sealedScript,
    shown_content: bytes(document.shownContent),
    parameters: document.parameters,
    default_parameters: document.defaultParameters,
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
