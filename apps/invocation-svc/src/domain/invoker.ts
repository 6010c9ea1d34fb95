import {
  checkCommandId,
  checkSelection,
  type GivenSelection,
  HIDDEN_VALUE,
  hiddenKeys,
  IDS_MAX,
  keepHiddenValues,
  LIMIT_MAX,
  parametersToJson,
  parseParameters,
  requireText,
  type Selection,
  type SelectionRules,
  USERNAME_MAX_CHARACTERS,
} from '@muster/command';
import { invalid } from '@muster/kernel';
import { checkInvokerId } from './ids.ts';
import type { OfflinePolicy } from './offline-policy.ts';
import { checkSchedule, type GivenSchedule, type Schedule } from './schedule.ts';
import type { InstanceSelector } from './selector.ts';
import { checkPlace } from './targets.ts';

export const INVOKER_NAME_MAX_CHARACTERS = 120;
/** TAT's bound on the machines that an invoker names. */
export const INVOKER_INSTANCES_MAX = 100;
/** Its only type. */
export const INVOKER_TYPE = 'SCHEDULE';

/** What an invoker runs. */
export interface InvokerOrder {
  readonly commandId: string;
  /** 0 for the latest at each firing. */
  readonly commandVersion: number;
  /** Empty for the command's own. */
  readonly username: string;
  /** JSON text or empty; may hold hidden values. */
  readonly parameters: string;
  /** Empty with a selector. */
  readonly instanceIds: readonly string[];
  readonly selector: InstanceSelector | undefined;
  /** Undefined for the default: absent machines end DELIVER_FAILED. */
  readonly offlinePolicy: OfflinePolicy | undefined;
}

/** A schedule that runs a command. Times are epoch milliseconds. */
export interface Invoker extends Omit<InvokerOrder, 'parameters'> {
  readonly invokerId: string;
  readonly accountUin: string;
  readonly name: string;
  /** The parameters with hidden values masked. */
  readonly shownParameters: string;
  /** The parameters with every value, sealed; undefined when there are none. */
  readonly sealedParameters: Uint8Array | undefined;
  readonly enabled: boolean;
  readonly schedule: Schedule;
  /** The next slot; undefined when it does not fire. */
  readonly nextAt: number | undefined;
  /** Who made it, and with whose rights it fires. */
  readonly createdUin: string;
  readonly delegationId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What makes or changes an invoker; undefined parts stay as they are. */
export interface GivenInvoker extends Partial<InvokerOrder> {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly schedule?: GivenSchedule | undefined;
}

/** A checked change: what it runs afterwards, and the parts that were given. */
export interface InvokerChange {
  readonly name: string | undefined;
  readonly schedule: Schedule | undefined;
  /** Undefined when it runs the same as before. */
  readonly order: InvokerOrder | undefined;
}

/**
 * A new invoker's own fields (spec section 4.13); what it runs is checked by rendering and deciding it. Refusals: MissingParameter,
 * InvalidParameterValue.TooLong, .LimitExceeded, InvalidParameter and those of `checkSchedule`, `checkCommandId` and `checkPlace`.
 */
export function checkNewInvoker(
  given: GivenInvoker,
  now: number,
): { name: string; schedule: Schedule; order: InvokerOrder } {
  const name = checkName(requireText('Name', given.name));
  checkType(requireText('Type', given.type));
  const order = checkOrder({ ...NO_ORDER, ...given, commandId: requireText('CommandId', given.commandId) });
  if (!given.schedule) throw invalid('MissingParameter', 'ScheduleSettings', 'is required, was not given');
  return { name, schedule: checkSchedule(given.schedule, now), order };
}

/** A change (spec section 4.14). A Type needs its ScheduleSettings. Refusals: those of `checkNewInvoker`. */
export function checkInvokerChange(current: InvokerOrder, given: GivenInvoker, now: number): InvokerChange {
  const { name, type, schedule, ...parts } = given;
  if (type !== undefined) {
    checkType(type);
    if (!schedule) throw invalid('MissingParameter', 'ScheduleSettings', 'is required with Type, was not given');
  }
  const ordered = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const elsewhere = parts.instanceIds || parts.selector ? { instanceIds: [], selector: undefined } : {};
  return {
    name: name === undefined ? undefined : checkName(requireText('Name', name)),
    schedule: schedule && checkSchedule(schedule, now),
    order: Object.keys(ordered).length === 0 ? undefined : checkOrder({ ...current, ...elsewhere, ...ordered }),
  };
}

const NO_ORDER: InvokerOrder = {
  ...{ commandId: '', commandVersion: 0, username: '', parameters: '' },
  ...{ instanceIds: [], selector: undefined, offlinePolicy: undefined },
};

/** Gives each machine once. */
function checkOrder(order: InvokerOrder): InvokerOrder {
  const { commandId, commandVersion, username, parameters, instanceIds, selector, offlinePolicy } = order;
  checkCommandId(commandId);
  checkCharacters('Username', username, USERNAME_MAX_CHARACTERS);
  if (instanceIds.length > INVOKER_INSTANCES_MAX) {
    const limit = `must be at most ${INVOKER_INSTANCES_MAX}, was ${instanceIds.length}`;
    throw invalid('InvalidParameterValue.LimitExceeded', 'InstanceIds', limit);
  }
  const { machines } = checkPlace({ instanceIds, selector, offlinePolicy: offlinePolicy ?? 'RUN_ON_RETURN' });
  const place = 'all' in machines ? { instanceIds: [], selector: machines } : { instanceIds: machines, selector };
  return { commandId, commandVersion, username, parameters, ...place, offlinePolicy };
}

function checkName(given: string): string {
  return checkCharacters('Name', given, INVOKER_NAME_MAX_CHARACTERS);
}

function checkCharacters(field: string, given: string, most: number): string {
  const count = [...given].length;
  if (count <= most) return given;
  throw invalid('InvalidParameterValue.TooLong', field, `must be at most ${most} characters, was ${count}`);
}

function checkType(given: string): void {
  if (given === INVOKER_TYPE) return;
  throw invalid('InvalidParameter', 'Type', `must be ${INVOKER_TYPE}, was \`${given.slice(0, 80)}\``);
}

/** The invokers whose tags are to change, each once: 1 to 100. Refusals: MissingParameter, InvalidParameterValue.LimitExceeded, .InvalidInvokerId. */
export function checkInvokerIdsToTag(given: readonly string[]): readonly string[] {
  if (given.length === 0) throw invalid('MissingParameter', 'InvokerIds', 'is required, was not given');
  if (given.length > 100) {
    throw invalid('InvalidParameterValue.LimitExceeded', 'InvokerIds', `must be at most 100, was ${given.length}`);
  }
  return [...new Set(given.map((id) => checkInvokerId(id, 'InvokerIds')))];
}

const INVOKER_SELECTION: SelectionRules = {
  idsField: 'InvokerIds',
  checkId: checkInvokerId,
  filters: {
    'invoker-id': checkInvokerId,
    'command-id': checkCommandId,
    // what older pages call it
    ...{ 'invoker-type': [INVOKER_TYPE], type: [INVOKER_TYPE] },
    ...{ 'tag-key': 'any', 'tag-value': 'any' },
  },
  tagFilters: true,
};

/** The selection of DescribeInvokers. Refusals: InvalidParameterValue.TooSmall, .TooLarge for Limit, otherwise those of `checkSelection`. */
export function checkInvokerSelection(given: GivenSelection): Selection {
  checkLimit(given.limit);
  return checkSelection(given, INVOKER_SELECTION);
}

/** That of DescribeInvokerRecords, which has no filters. Refusals: also InvalidParameterValue.TooLong for over 100 ids. */
export function checkRecordSelection(given: Omit<GivenSelection, 'filters'>): Selection {
  const { length } = given.ids;
  if (length > IDS_MAX) {
    throw invalid('InvalidParameterValue.TooLong', 'InvokerIds', `must be at most ${IDS_MAX}, was ${length}`);
  }
  return checkInvokerSelection({ ...given, filters: [] });
}

function checkLimit(limit: number | undefined): void {
  if (limit === undefined || (limit >= 1 && limit <= LIMIT_MAX)) return;
  const code = limit < 1 ? 'TooSmall' : 'TooLarge';
  throw invalid(`InvalidParameterValue.${code}`, 'Limit', `must be 1 to ${LIMIT_MAX}, was ${limit}`);
}

/**
 * The parameters that a change leaves, with the `******` of answers standing for the values that are stored. With another command every
 * hidden value must be given anew: whoever changes it may not have known them. Refusal: InvalidParameterValue.
 */
export function changedParameters(
  before: InvokerOrder & Pick<Invoker, 'shownParameters'>,
  after: InvokerOrder,
  { content, given }: { content: string; given: string | undefined },
): string {
  const sent = given ?? before.shownParameters;
  if (sent === '') return sent;
  const shown = parseParameters('Parameters', before.shownParameters);
  const values = keepHiddenValues({
    field: 'Parameters',
    given: parseParameters('Parameters', sent),
    stored: after.commandId === before.commandId ? parseParameters('Parameters', before.parameters) : new Map(),
    hiddenSoFar: new Set([...shown].filter(([, value]) => value === HIDDEN_VALUE).map(([key]) => key)),
    hiddenFromNow: hiddenKeys(content),
  });
  return parametersToJson(values);
}
