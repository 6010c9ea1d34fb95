import { BAD_PAGES, filter, filters, type Refusals, type Row, unknownCodes, unknownIds } from './refusals.ts';

const CREATE_REGISTER_CODE: Refusals = {
  rows: [
    ['InvalidParameter', 'an address that is none', () => ({ IpAddressRange: '10.0.0.256' })],
    ['InvalidParameter', 'a range of 33 bits', () => ({ IpAddressRange: '10.0.0.0/33' })],
    ['InvalidParameter', 'a RegisterLimit that is no number', () => ({ RegisterLimit: 'many' })],
    ['InvalidParameterValue.TooLarge', '10001 machines', () => ({ RegisterLimit: 10_001 })],
    ['InvalidParameterValue.TooLarge', 'more machines than any number', () => ({ RegisterLimit: 2 ** 40 })],
    ['InvalidParameterValue.TooLong', '129 characters', () => ({ Description: '述'.repeat(129) })],
    ['InvalidParameterValue.TooLong', 'a prefix of 33', () => ({ InstanceNamePrefix: 'x'.repeat(33) })],
    ['InvalidParameterValue.TooSmall', 'no machine', () => ({ RegisterLimit: 0 })],
    ['InvalidParameterValue.TooSmall', 'a negative number of machines', () => ({ RegisterLimit: -1 })],
    ['InvalidParameterValue.TooSmall', 'no time', () => ({ EffectiveTime: 0 })],
    ['InvalidParameterValue.TooSmall', 'a negative time', () => ({ EffectiveTime: -1 })],
  ],
  denied: () => ({}),
  explained: {},
};

/** DisableRegisterCodes and DeleteRegisterCodes refuse the same. */
const CHANGED_REGISTER_CODES: Refusals = {
  rows: [
    ['InvalidParameterValue', '100 codes', () => ({ RegisterCodeIds: unknownCodes(100) })],
    ['InvalidParameterValue.InvalidRegisterCodeId', 'no id', () => ({ RegisterCodeIds: ['code-1'] })],
    [
      'InvalidParameterValue.ParameterKeyDuplicated',
      'one twice',
      ({ registerCode }) => ({ RegisterCodeIds: [registerCode, registerCode] }),
    ],
    ['MissingParameter', 'nothing', () => ({ RegisterCodeIds: [] })],
    ['ResourceNotFound.RegisterCodesNotFoundCode', '99 unknown codes', () => ({ RegisterCodeIds: unknownCodes(99) })],
    [
      'ResourceNotFound.RegisterCodesNotFoundCode',
      'one of two',
      ({ registerCode }) => ({ RegisterCodeIds: [registerCode, ...unknownCodes(1)] }),
    ],
  ],
  denied: ({ registerCode }) => ({ RegisterCodeIds: [registerCode] }),
  explained: {},
};

const DESCRIBE_REGISTER_CODES: Refusals = {
  rows: [
    ...BAD_PAGES,
    ['InvalidParameterValue.InvalidRegisterCodeId', 'no id', () => ({ RegisterCodeIds: ['code-1'] })],
    ['InvalidParameterValue.TooLong', '101 ids', () => ({ RegisterCodeIds: unknownCodes(101) })],
    ['UnknownParameter', 'filters, which it does not have', () => filter('register-code-id', 'x')],
  ],
  denied: ({ registerCode }) => ({ RegisterCodeIds: [registerCode] }),
  explained: { 'InvalidParameterValue.InvalidFilter': 'it has no filters' },
};

/** What the lists of machines refuse alike. */
const badSelections: readonly Row[] = [
  ...BAD_PAGES,
  [
    'InvalidParameter.ConflictParameter',
    'ids and filters',
    ({ instanceId }) => ({ InstanceIds: [instanceId], ...filter('instance-id', instanceId) }),
  ],
  ['InvalidParameterValue.InvalidFilter', 'a filter that is none', () => filter('name', 'a')],
  ['InvalidParameterValue.LimitExceeded', '101 ids', () => ({ InstanceIds: unknownIds('rins', 101) })],
  [
    'InvalidParameterValue.LimitExceeded',
    '11 filters',
    () => filters(...Array(11).fill(['instance-id', 'rins-00000000'])),
  ],
  ['LimitExceeded.FilterValueExceeded', '6 values', () => filter('instance-id', ...unknownIds('rins', 6))],
];

const DESCRIBE_REGISTER_INSTANCES: Refusals = {
  rows: [
    ...badSelections,
    ['InvalidParameterValue.InvalidFilter', 'a status that is none', () => filter('register-status', 'ONLINE')],
    ['InvalidParameterValue.InvalidFilter', 'a system that is none', () => filter('sys-name', 'Plan 9')],
    ['InvalidParameterValue.InvalidRegisterInstanceId', 'no id', () => ({ InstanceIds: ['web-1'] })],
  ],
  denied: ({ instanceId }) => ({ InstanceIds: [instanceId] }),
  explained: {},
};

const MODIFY_REGISTER_INSTANCE: Refusals = {
  rows: [
    [
      'InvalidParameterValue',
      'a control character',
      ({ instanceId }) => ({ InstanceId: instanceId, InstanceName: 'a\u001b' }),
    ],
    ['InvalidParameterValue.InvalidRegisterInstanceId', 'no id', () => ({ InstanceId: 'web-1', InstanceName: 'a' })],
    [
      'InvalidParameterValue.TooLong',
      '61 characters',
      ({ instanceId }) => ({ InstanceId: instanceId, InstanceName: '名'.repeat(61) }),
    ],
    ['MissingParameter', 'no id', () => ({ InstanceName: 'a' })],
    ['MissingParameter', 'no name', ({ instanceId }) => ({ InstanceId: instanceId })],
    ['MissingParameter', 'an empty name', ({ instanceId }) => ({ InstanceId: instanceId, InstanceName: '' })],
    [
      'ResourceNotFound.RegisterInstanceNotFoundCode',
      'an unknown machine',
      () => ({ InstanceId: 'rins-00000000', InstanceName: 'a' }),
    ],
  ],
  denied: ({ instanceId }) => ({ InstanceId: instanceId, InstanceName: 'a' }),
  explained: {},
};

const DELETE_REGISTER_INSTANCE: Refusals = {
  rows: [
    ['InvalidParameterValue.InvalidRegisterInstanceId', 'no id', () => ({ InstanceId: 'web-1' })],
    ['MissingParameter', 'nothing', () => ({})],
    ['ResourceNotFound.RegisterInstanceNotFoundCode', 'an unknown machine', () => ({ InstanceId: 'rins-00000000' })],
  ],
  denied: ({ instanceId }) => ({ InstanceId: instanceId }),
  explained: {},
};

const DESCRIBE_AUTOMATION_AGENT_STATUS: Refusals = {
  rows: [
    ...badSelections,
    ['InvalidParameterValue.InvalidFilter', 'a status that is none', () => filter('agent-status', 'ONLINE')],
    ['InvalidParameterValue.InvalidFilter', 'a system that is none', () => filter('environment', 'Plan 9')],
    ['InvalidParameterValue.InvalidInstanceId', 'no id', () => ({ InstanceIds: ['web-1'] })],
  ],
  denied: ({ instanceId }) => ({ InstanceIds: [instanceId] }),
  explained: {},
};

const DESCRIBE_QUOTAS: Refusals = {
  rows: [
    ['MissingParameter', 'nothing', () => ({})],
    ['MissingParameter', 'no name', () => ({ ResourceNames: [] })],
    [
      'ResourceUnavailable.InvalidResourceQuotaResourceCode',
      'another name',
      () => ({ ResourceNames: ['COMMAND', 'INVOKER'] }),
    ],
  ],
  denied: () => ({ ResourceNames: ['COMMAND'] }),
  explained: {},
};

const DESCRIBE_REGIONS: Refusals = { rows: [], denied: () => ({}), explained: {} };

/** How the actions on machines, their codes, and quotas and regions refuse. */
export const MACHINE_REFUSALS = {
  CreateRegisterCode: CREATE_REGISTER_CODE,
  DisableRegisterCodes: CHANGED_REGISTER_CODES,
  DeleteRegisterCodes: CHANGED_REGISTER_CODES,
  DescribeRegisterCodes: DESCRIBE_REGISTER_CODES,
  DescribeRegisterInstances: DESCRIBE_REGISTER_INSTANCES,
  ModifyRegisterInstance: MODIFY_REGISTER_INSTANCE,
  DeleteRegisterInstance: DELETE_REGISTER_INSTANCE,
  DescribeAutomationAgentStatus: DESCRIBE_AUTOMATION_AGENT_STATUS,
  DescribeQuotas: DESCRIBE_QUOTAS,
  DescribeRegions: DESCRIBE_REGIONS,
};
