import { COMMAND_TYPES, checkCommandId, IDS_MAX, type SelectionRules } from '@muster/command';
import { invalid, notFound, Refusal } from '@muster/kernel';
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

/**
 * The commands that a request names, each once: 1 to 100. Refusals: MissingParameter, InvalidParameterValue.LimitExceeded,
 * InvalidParameterValue.InvalidCommandId.
 */
export function checkCommandIds(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw invalid('MissingParameter', 'CommandIds', 'is required, was not given');
  if (given.length > IDS_MAX) {
    throw invalid(
      'InvalidParameterValue.LimitExceeded',
      'CommandIds',
      `must be at most ${IDS_MAX}, was ${given.length}`,
    );
  }
  return [...new Set(given.map((id) => checkCommandId(id, 'CommandIds')))];
}

/** What was looked up by id is there. Refusal: ResourceNotFound.CommandNotFound. */
export function requireFound<T>(found: T | undefined, commandId: string): T {
  if (found) return found;
  throw notFound('ResourceNotFound.CommandNotFound', 'command', commandId);
}

/**
 * Whether saving `command` would repeat what was saved under its id before; `saved` is version 1 of that id. Tags are not compared:
 * they may have changed since. Refusal: InvalidParameterValue when the id belongs to a different command.
 */
export function isRepetition(command: Command, saved: Command | undefined): boolean {
  if (!saved) return false;
  if (sameBody(saved, command)) return true;
  throw new Refusal('conflict', 'InvalidParameterValue', `CommandId \`${command.commandId}\` is another command's`, {
    field: 'CommandId',
  });
}
