import { afresh, filters, ids, over, type Refusals, type Refused, tags } from './refusals.ts';
import type { World } from './world.ts';

/** Every hour, on the hour. */
export const HOURLY = { Policy: 'RECURRENCE', Recurrence: '0 * * * *' };

const schedule = (given: object) => ({ ScheduleSettings: given });
const once = (InvokeTime: string) => schedule({ Policy: 'ONCE', InvokeTime });
const recurrence = (Recurrence: string) => schedule({ Policy: 'RECURRENCE', Recurrence });
const characters = (count: number) => '名'.repeat(count);

/** What is wrong with what an invoker is to do. */
const ORDER: readonly Refused[] = [
  ['a name of 121', { Name: characters(121) }, 'InvalidParameterValue.TooLong'],
  ['a name that is no text', { Name: ['nightly'] }, 'InvalidParameter'],
  ['a user of 257', { Username: 'u'.repeat(257) }, 'InvalidParameterValue.TooLong'],
  ['what is no command', { CommandId: 'cmd-x' }, 'InvalidParameterValue.InvalidCommandId'],
  ['an unknown command', { CommandId: 'cmd-00000000' }, 'ResourceNotFound.CommandNotFound'],
  ['what is no machine', { InstanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
  ['an unknown machine', { InstanceIds: ids('ins', 1) }, 'ResourceNotFound.InstanceNotFound'],
  ['101 machines', { InstanceIds: ids('ins', 101) }, 'InvalidParameterValue.LimitExceeded'],
  ['two kinds', { InstanceIds: ['ins-00000000', 'rins-00000000'] }, 'InvalidParameterValue.InconsistentInstance'],
  [
    'a machine without an agent',
    ({ silent, online }) => ({ InstanceIds: [online[0], silent] }),
    'ResourceUnavailable.AgentNotInstalled',
  ],
  ['parameters not enabled', { Parameters: '{"a":"b"}' }, 'InvalidParameterValue.ParameterDisabled'],
  [
    'parameters that are no JSON',
    ({ withParameters }) => ({ CommandId: withParameters, Parameters: '{' }),
    'InvalidParameterValue.ParameterInvalidJsonFormat',
  ],
  [
    'a placeholder without a value',
    ({ withParameters }) => ({ CommandId: withParameters }),
    'InvalidParameterValue.LackOfParameterInfo',
  ],
  ['another type', { Type: 'EVENT', ...schedule(HOURLY) }, 'InvalidParameter'],
  ['no policy', schedule({ Recurrence: '0 * * * *' }), 'MissingParameter'],
  ['an unknown policy', schedule({ ...HOURLY, Policy: 'DAILY' }), 'InvalidParameter'],
  ['no recurrence', schedule({ Policy: 'RECURRENCE' }), 'InvalidParameterValue.InvalidCronExpression'],
  ['six fields', recurrence('0 0 0 * * *'), 'InvalidParameterValue.InvalidCronExpression'],
  ['a 61st minute', recurrence('60 * * * *'), 'InvalidParameterValue.InvalidCronExpression'],
  ['no time', schedule({ Policy: 'ONCE' }), 'InvalidParameterValue.InvalidTimeFormat'],
  ['a time without offset', once('2099-01-01T00:00:00'), 'InvalidParameterValue.InvalidTimeFormat'],
  ['a day that is none', once('2099-02-30T00:00:00Z'), 'InvalidParameterValue.InvalidTimeFormat'],
  ['a time that is over', once('2021-09-01T00:00:00+08:00'), 'InvalidParameterValue.InvokeTimeExpired'],
  ['a window of no length', schedule({ ...HOURLY, MissedRunWindow: 0 }), 'InvalidParameterValue.Range'],
  ['what the action does not know', { Colour: 'red' }, 'UnknownParameter'],
  ['what the schedule does not know', schedule({ ...HOURLY, Colour: 'red' }), 'UnknownParameter'],
];

/** Codes about ids for which there are more precise ones. */
const IDS = {
  'InvalidParameterValue.ID': 'each kind of id has a code of its own',
  'InvalidParameterValue.InconsistentID':
    'a malformed id has the code of its kind, mixed kinds are InconsistentInstance',
};

/** A new invoker that would be good. */
export const newInvoker = ({ plain, online }: World) => ({
  ...{ Name: 'nightly', Type: 'SCHEDULE', CommandId: plain, InstanceIds: [online[0]], ScheduleSettings: HOURLY },
});

const CREATE_INVOKER: Refusals = {
  action: 'CreateInvoker',
  refused: over(newInvoker, [
    ...ORDER,
    ['no name', { Name: undefined }, 'MissingParameter'],
    ['no type', { Type: undefined }, 'MissingParameter'],
    ['no command', { CommandId: undefined }, 'MissingParameter'],
    ['no machines', { InstanceIds: undefined }, 'MissingParameter'],
    ['no schedule', { ScheduleSettings: undefined }, 'MissingParameter'],
    ['11 tags', { Tags: tags(11) }, 'InvalidParameterValue'],
    ['an absent machine', ({ absent }) => ({ InstanceIds: [absent] }), 'ResourceUnavailable.AgentStatusNotOnline'],
  ]),
  not: IDS,
};

const INVOKER: readonly Refused[] = [
  ['no invoker', { InvokerId: undefined }, 'MissingParameter'],
  ['what is no invoker', { InvokerId: 'ivk-x' }, 'InvalidParameterValue.InvalidInvokerId'],
  ['an unknown invoker', { InvokerId: 'ivk-00000000' }, 'ResourceNotFound'],
  ['an invoker that is no text', { InvokerId: ['ivk-00000000'] }, 'InvalidParameter'],
  ['a client token of 72', () => ({ ClientToken: afresh().ClientToken.repeat(2) }), 'InvalidParameterValue.TooLong'],
  ['what the action does not know', { Colour: 'red' }, 'UnknownParameter'],
];

const MODIFY_INVOKER: Refusals = {
  action: 'ModifyInvoker',
  refused: over(
    ({ invoker }) => ({ InvokerId: invoker }),
    [
      ...ORDER,
      ...INVOKER,
      ['a type without its schedule', { Type: 'SCHEDULE' }, 'MissingParameter'],
      ['a name of nothing', { Name: '' }, 'MissingParameter'],
    ],
  ),
  not: IDS,
};

const oneInvoker = (action: Refusals['action']): Refusals => ({
  action,
  refused: over(({ invoker }) => ({ InvokerId: invoker, ...afresh() }), INVOKER),
  not: IDS,
});

/** What is wrong with a list of invokers or of their records. */
const PAGE: readonly Refused[] = [
  ['a limit of 0', { Limit: 0 }, 'InvalidParameterValue.TooSmall'],
  ['a limit of -1', { Limit: -1 }, 'InvalidParameterValue.TooSmall'],
  ['a limit of 101', { Limit: 101 }, 'InvalidParameterValue.TooLarge'],
  ['a limit that is no number', { Limit: 'all' }, 'InvalidParameter'],
  ['an offset before the first', { Offset: -1 }, 'InvalidParameterValue.TooSmall'],
  ['what is no invoker', { InvokerIds: ['ivk-00000000', 'x'] }, 'InvalidParameterValue.InvalidInvokerId'],
  ['what the action does not know', { Colour: 'red' }, 'UnknownParameter'],
];

const DESCRIBE_INVOKERS: Refusals = {
  action: 'DescribeInvokers',
  refused: [
    ...PAGE,
    ['101 invokers', { InvokerIds: ids('ivk', 101) }, 'InvalidParameterValue.LimitExceeded'],
    ['a filter that it does not know', filters(['colour', 'red']), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown type', filters(['invoker-type', 'EVENT']), 'InvalidParameterValue.InvalidFilter'],
    ['a malformed invoker', filters(['invoker-id', 'x']), 'InvalidParameterValue.InvalidInvokerId'],
    ['a malformed command', filters(['command-id', 'x']), 'InvalidParameterValue.InvalidCommandId'],
    [
      'invokers and filters',
      { InvokerIds: ids('ivk', 1), ...filters(['type', 'SCHEDULE']) },
      'InvalidParameter.ConflictParameter',
    ],
    [
      '11 filters',
      filters(...ids('cmd', 11).map((id) => ['command-id', id] as const)),
      'InvalidParameterValue.LimitExceeded',
    ],
    ['six values', filters(['command-id', ...ids('cmd', 6)]), 'LimitExceeded.FilterValueExceeded'],
  ],
  not: { ...IDS, InvalidParameterValue: 'every value has a code of its own' },
};

const DESCRIBE_INVOKER_RECORDS: Refusals = {
  action: 'DescribeInvokerRecords',
  refused: [
    ...PAGE,
    ['101 invokers', { InvokerIds: ids('ivk', 101) }, 'InvalidParameterValue.TooLong'],
    ['filters', filters(['type', 'SCHEDULE']), 'UnknownParameter'],
  ],
  not: { ...IDS, InvalidParameterValue: 'every value has a code of its own' },
};

export const INVOKERS: readonly Refusals[] = [
  CREATE_INVOKER,
  MODIFY_INVOKER,
  ...(['DeleteInvoker', 'EnableInvoker', 'DisableInvoker'] as const).map(oneInvoker),
  DESCRIBE_INVOKERS,
  DESCRIBE_INVOKER_RECORDS,
];
