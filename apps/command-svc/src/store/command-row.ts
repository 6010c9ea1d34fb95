import type { CommandType, Tag } from '@muster/command';
import type { Vault } from '@muster/vault';
import type { Command, CreatedBy } from '../domain/command.ts';
import { openDefaults, sealDefaults } from './hidden-defaults.ts';
import type { CommandTable } from './tables/command.ts';
import type { CommandVersionTable } from './tables/command-version.ts';

/** A version as it is selected: its own row and what its command adds. */
export type CommandRow = CommandVersionTable &
  Pick<CommandTable, 'account_uin' | 'created_at' | 'created_uin' | 'created_by' | 'scene_id'>;

/** The version that a row and its command's tags say. */
export function fromRow(row: CommandRow, tags: readonly Tag[], vault: Vault): Command {
  return {
    accountUin: row.account_uin,
    commandId: row.command_id,
    version: row.version,
    commandName: row.command_name,
    description: row.description,
    content: new TextDecoder('utf-8', { ignoreBOM: true }).decode(row.content),
    commandType: row.command_type as CommandType,
    workingDirectory: row.working_directory,
    timeout: row.timeout,
    enableParameter: row.enable_parameter === 1,
    ...openDefaults(vault, row),
    username: row.username,
    outputCosBucketUrl: row.output_cos_bucket_url,
    outputCosKeyPrefix: row.output_cos_key_prefix,
    formattedDescription: row.formatted_description,
    tags,
    createdBy: row.created_by as CreatedBy,
    scenes: row.scene_id === '' ? [] : [row.scene_id],
    createdAt: row.created_at,
    createdUin: row.created_uin,
    updatedAt: row.updated_at,
    updatedUin: row.updated_uin,
  };
}

/** The row of a version. */
export function toRow(command: Command, vault: Vault): CommandVersionTable {
  const key = { command_id: command.commandId, version: command.version };
  return {
    ...key,
    command_name: command.commandName,
    description: command.description,
    content: new TextEncoder().encode(command.content),
    command_type: command.commandType,
    working_directory: command.workingDirectory,
    timeout: command.timeout,
    enable_parameter: command.enableParameter ? 1 : 0,
    ...sealDefaults(vault, key, command),
    username: command.username,
    output_cos_bucket_url: command.outputCosBucketUrl,
    output_cos_key_prefix: command.outputCosKeyPrefix,
    formatted_description: command.formattedDescription,
    updated_at: command.updatedAt,
    updated_uin: command.updatedUin,
  };
}
