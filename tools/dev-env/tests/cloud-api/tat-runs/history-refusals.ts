import { filters, ids, over, type Refusals, type Refused } from './refusals.ts';

const invocationIds = (count: number) => ({ InvocationIds: ids('inv', count) });
const taskIds = (count: number) => ({ InvocationTaskIds: ids('invt', count) });
const sixValues = (name: string) => filters([name, ...ids('cmd', 6)]);

/** What is wrong with a list of which a page is asked for. */
const PAGE: readonly Refused[] = [
  ['a limit of 0', { Limit: 0 }, 'InvalidParameterValue'],
  ['a limit of 101', { Limit: 101 }, 'InvalidParameterValue'],
  ['a limit that is no number', { Limit: 'all' }, 'InvalidParameter'],
  ['an offset before the first', { Offset: -1 }, 'InvalidParameterValue'],
  ['a limit before the first', { Limit: -1 }, 'InvalidParameterValue'],
  ['a filter that it does not know', filters(['colour', 'red']), 'InvalidParameterValue.InvalidFilter'],
  ['a malformed command', filters(['command-id', 'x']), 'InvalidParameterValue.InvalidCommandId'],
  ['a malformed run', filters(['invocation-id', 'x']), 'InvalidParameterValue.InvalidInvocationId'],
  ['six values', sixValues('command-id'), 'LimitExceeded.FilterValueExceeded'],
  [
    '11 filters',
    filters(...ids('cmd', 11).map((id) => ['command-id', id] as const)),
    'InvalidParameterValue.LimitExceeded',
  ],
  ['what the action does not know', { Colour: 'red' }, 'UnknownParameter'],
];

const DESCRIBE_INVOCATIONS: Refusals = {
  action: 'DescribeInvocations',
  refused: [
    ...PAGE,
    ['what is no run', { InvocationIds: ['x'] }, 'InvalidParameterValue.InvalidInvocationId'],
    ['101 runs', invocationIds(101), 'InvalidParameterValue.LimitExceeded'],
    ['an unknown author', filters(['command-created-by', 'ME']), 'InvalidParameterValue.InvalidFilter'],
    ['an unknown kind', filters(['instance-kind', 'TOASTER']), 'InvalidParameterValue.InvalidFilter'],
    [
      'runs and filters',
      { ...invocationIds(1), ...filters(['command-created-by', 'USER']) },
      'InvalidParameter.ConflictParameter',
    ],
  ],
  not: {},
};

const DESCRIBE_INVOCATION_TASKS: Refusals = {
  action: 'DescribeInvocationTasks',
  refused: [
    ...PAGE,
    ['what is no task', { InvocationTaskIds: ['inv-00000000'] }, 'InvalidParameterValue.InvalidInvocationTaskId'],
    ['a malformed task', filters(['invocation-task-id', 'x']), 'InvalidParameterValue.InvalidInvocationTaskId'],
    ['a malformed machine', filters(['instance-id', 'x']), 'InvalidParameterValue.InvalidInstanceId'],
    ['101 tasks', taskIds(101), 'InvalidParameterValue.LimitExceeded'],
    [
      'tasks and filters',
      { ...taskIds(1), ...filters(['instance-id', 'ins-00000000']) },
      'InvalidParameter.ConflictParameter',
    ],
    ['an output neither shown nor hidden', { HideOutput: 'some' }, 'InvalidParameter'],
  ],
  not: {},
};

const CANCEL_INVOCATION: Refusals = {
  action: 'CancelInvocation',
  refused: over(
    ({ run }) => ({ InvocationId: run }),
    [
      ['no run', { InvocationId: undefined }, 'MissingParameter'],
      ['what is no run', { InvocationId: 'invt-00000000' }, 'InvalidParameterValue.InvalidInvocationId'],
      ['an unknown run', { InvocationId: 'inv-00000000' }, 'ResourceNotFound.InvocationNotFound'],
      ['what is no machine', { InstanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
      [
        'a machine on which it is not',
        ({ absent }) => ({ InstanceIds: [absent] }),
        'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
      ],
      [
        '100 machines on which it is not',
        { InstanceIds: ids('ins', 100) },
        'InvalidParameterValue.InstanceIsNotRelatedToInvocation',
      ],
      ['101 machines', { InstanceIds: ids('ins', 101) }, 'InvalidParameterValue.LimitExceeded'],
      ['machines that are no list', { InstanceIds: 'ins-00000000' }, 'InvalidParameter'],
      ['a client token of 65', { ClientToken: 't'.repeat(65) }, 'InvalidParameterValue.TooLong'],
      ['what the action does not know', { Colour: 'red' }, 'UnknownParameter'],
    ],
  ),
  not: {
    InvalidParameterValue: 'tested with a ClientToken that stands for another call',
    LimitExceeded: 'the one limit has a code of its own',
  },
};

export const HISTORY: readonly Refusals[] = [DESCRIBE_INVOCATIONS, DESCRIBE_INVOCATION_TASKS, CANCEL_INVOCATION];
