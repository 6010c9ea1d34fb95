import { checkCommandId, requireText } from '@muster/command';
import { commandResource } from '@muster/kernel';
import type { Call, ResourceInit } from '@muster/rpc';
import type { Command } from './domain/command.ts';
import { requireFound } from './domain/library.ts';
import type { CommandKey, CommandReader } from './store/command-store.ts';

/** A command as the subject of a decision; one that the account does not have has no tags and no maker. */
export function commandSubject(region: string, commandId: string, known: CommandKey | undefined): ResourceInit {
  return {
    resource: commandResource(region, commandId),
    tags: (known?.tags ?? []).map(({ key, value }) => ({ key, value })),
    attributes: known ? [{ key: 'qcs:create_uin', values: [known.createdUin] }] : [],
  };
}

/** Where a door looks for the commands that a request names, and on whose behalf. */
export interface NamedCommandScope {
  readonly call: Call;
  readonly commands: CommandReader;
  readonly region: string;
}

/**
 * The command that a request's CommandId names, at its latest version. Refusals: MissingParameter, InvalidParameterValue.InvalidCommandId,
 * UnauthorizedOperation.CamAuthFailed, ResourceNotFound.CommandNotFound.
 */
export async function namedCommand(given: string, { call, commands, region }: NamedCommandScope): Promise<Command> {
  const commandId = checkCommandId(requireText('CommandId', given));
  const command = await commands.find(call.caller.accountUin, commandId);
  await call.authorize([commandSubject(region, commandId, command)]);
  return requireFound(command, commandId);
}

/**
 * Decides a call on the command that its CommandId names, whether there is one or not: for writes, which look again inside their
 * transaction. Gives the id. Refusals: MissingParameter, InvalidParameterValue.InvalidCommandId, UnauthorizedOperation.CamAuthFailed.
 */
export async function decideNamed(given: string, scope: NamedCommandScope): Promise<string> {
  const commandId = checkCommandId(requireText('CommandId', given));
  await authorizeNamed([commandId], scope);
  return commandId;
}

/** Decides a call on the commands that it names, as they are; unknown ones too, so that a denial tells nothing. Refusal: CamAuthFailed. */
export async function authorizeNamed(
  ids: readonly string[],
  { call, commands, region }: NamedCommandScope,
): Promise<void> {
  const known = await commands.keys(call.caller.accountUin, ids);
  await call.authorize(ids.map((id) => commandSubject(region, id, known.get(id))));
}
