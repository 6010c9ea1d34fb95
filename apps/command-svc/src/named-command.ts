import { checkCommandId, requireText } from '@muster/command';
import { commandResource } from '@muster/kernel';
import type { Call, ResourceInit } from '@muster/rpc';
import type { Command } from './domain/command.ts';
import { requireFound } from './domain/library.ts';
import type { CommandKey, CommandReader } from './store/command-store.ts';

/** A command as the subject of a decision. */
export function commandSubject(region: string, { commandId, tags }: CommandKey): ResourceInit {
  return { resource: commandResource(region, commandId), tags: tags.map(({ key, value }) => ({ key, value })) };
}

/** Where a door looks for the command that a request names, and on whose behalf. */
export interface NamedCommandScope {
  readonly call: Call;
  readonly commands: CommandReader;
  readonly region: string;
}

/**
 * The command that a request's CommandId names, at its latest version. Refusals: MissingParameter, InvalidParameterValue.InvalidCommandId,
 * ResourceNotFound.CommandNotFound, UnauthorizedOperation.CamAuthFailed.
 */
export async function namedCommand(given: string, { call, commands, region }: NamedCommandScope): Promise<Command> {
  const commandId = checkCommandId(requireText('CommandId', given));
  const command = requireFound(await commands.find(call.caller.accountUin, commandId), commandId);
  await authorizeTagged([command], call, region);
  return command;
}

/** The guard decided on ids alone; where commands carry tags, policies on tags get their say as well. */
export async function authorizeTagged(keys: readonly CommandKey[], call: Call, region: string): Promise<void> {
  const tagged = keys.filter((key) => key.tags.length > 0);
  if (tagged.length > 0) await call.authorize(tagged.map((key) => commandSubject(region, key)));
}
