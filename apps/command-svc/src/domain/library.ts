import { COMMAND_TYPES, checkCommandId, type SelectionRules } from '@muster/command';
import { notFound, Refusal } from '@muster/kernel';
import { type Command, sameBody } from './command.ts';

/** What DescribeCommands accepts. */
export const COMMAND_SELECTION = {
  idsField: 'CommandIds',
  checkId: checkCommandId,
  filters: {
    'command-id': 'any',
    'command-name': 'any',
    'command-type': COMMAND_TYPES,
    'created-by': ['TAT', 'USER'],
    'tag-key': 'any',
    'tag-value': 'any',
  },
  tagFilters: true,
} satisfies SelectionRules;

/** Whether one more command fits. Refusal: ResourceUnavailable.UserHasNoQuotaCode. */
export function requireRoom(count: number, quota: number): void {
  if (count < quota) return;
  throw new Refusal(
    'exhausted',
    'ResourceUnavailable.UserHasNoQuotaCode',
    `the account may have at most ${quota} commands and has ${count}`,
  );
}

/** Names are unique within an account. Refusal: InvalidParameterValue.CommandNameDuplicated. */
export function requireFreeName(name: string, taken: boolean): void {
  if (!taken) return;
  throw new Refusal(
    'conflict',
    'InvalidParameterValue.CommandNameDuplicated',
    `CommandName must be unique within the account, \`${name}\` is taken`,
    { field: 'CommandName' },
  );
}

/** What was looked up by id is there. Refusal: ResourceNotFound.CommandNotFound. */
export function requireFound(command: Command | undefined, commandId: string): Command {
  if (command) return command;
  throw notFound('ResourceNotFound.CommandNotFound', 'command', commandId);
}

/**
 * Whether saving `command` would repeat what was saved under its id before; `saved` is version 1 of that id. Refusal:
 * InvalidParameterValue when the id belongs to a different command.
 */
export function isRepetition(command: Command, saved: Command | undefined): boolean {
  if (!saved) return false;
  if (sameBody(saved, command) && JSON.stringify(saved.tags) === JSON.stringify(command.tags)) return true;
  throw new Refusal('conflict', 'InvalidParameterValue', `CommandId \`${command.commandId}\` is another command's`, {
    field: 'CommandId',
  });
}
