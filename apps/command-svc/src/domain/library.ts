import {
  COMMAND_TYPES,
  checkCommandId,
  checkSceneId,
  checkSceneName,
  IDS_MAX,
  type SelectionRules,
} from '@muster/command';
import { invalid, isId, notFound, Refusal } from '@muster/kernel';
import { type Command, type CreatedBy, sameBody } from './command.ts';

/** The account that the public library's commands are stored under; no caller acts in it. */
export const LIBRARY_UIN = '0';

/** What DescribeCommands accepts. */
export const COMMAND_SELECTION = {
  idsField: 'CommandIds',
  checkId: checkCommandId,
  filters: {
    'command-id': checkCommandId,
    'command-name': 'any',
    'command-type': COMMAND_TYPES,
    'scene-id': checkSceneFilter,
    'created-by': ['TAT', 'USER'],
    'tag-key': 'any',
    'tag-value': 'any',
  },
  tagFilters: true,
} satisfies SelectionRules;

/** What DescribeScenes accepts. */
export const SCENE_SELECTION = {
  idsField: 'SceneIds',
  checkId: checkSceneId,
  filters: {
    'scene-id': checkSceneId,
    'scene-name': checkSceneName,
    'created-by': ['TAT'],
  },
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

/** A version that was asked for is there. Refusal: ResourceNotFound.CommandNotFound. */
export function requireVersion<T>(found: T | undefined, commandId: string, version: number): T {
  if (found) return found;
  throw new Refusal(
    'not_found',
    'ResourceNotFound.CommandNotFound',
    `command \`${commandId}\` has no version ${version}`,
  );
}

/** DescribeCommands has no code of its own for scenes. */
function checkSceneFilter(given: string, field: string): void {
  if (!isId(given, 'sc')) throw invalid('InvalidParameterValue.InvalidFilter', field, 'must be the id of a scene');
}

/** Which of some commands are in use, by id. */
export interface UsedCommands {
  readonly inInvoker: readonly string[];
  readonly inExecuting: readonly string[];
}

/** Commands in use stay. Refusals: ResourceUnavailable.CommandInInvoker, ResourceUnavailable.CommandInExecuting. */
export function requireUnused({ inInvoker, inExecuting }: UsedCommands): void {
  const [bound] = inInvoker;
  const [executing] = inExecuting;
  if (bound !== undefined) {
    throw new Refusal(
      'conflict',
      'ResourceUnavailable.CommandInInvoker',
      `command \`${bound}\` is bound to an invoker`,
    );
  }
  if (executing !== undefined) {
    throw new Refusal(
      'conflict',
      'ResourceUnavailable.CommandInExecuting',
      `command \`${executing}\` is being executed`,
    );
  }
}

/** What a caller is about to change is there and the account's own. Refusal: ResourceNotFound.CommandNotFound. */
export function requireOwned<T extends { readonly createdBy: CreatedBy }>(found: T | undefined, commandId: string): T {
  return requireFound(found?.createdBy === 'USER' ? found : undefined, commandId);
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
