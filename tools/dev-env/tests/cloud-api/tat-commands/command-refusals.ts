import {
  BAD_PAGES,
  badParameters,
  filter,
  filters,
  parameters,
  type Refusals,
  type Row,
  unknownIds,
} from './refusals.ts';
import { base64, type There } from './world.ts';

const SAME_AS_CONTENT_INVALID = 'the same condition as CommandContentInvalid, which says all of it';
const BUCKET_LATER = 'the bucket is looked for when the command runs, not when it is saved';

/** What CreateCommand and ModifyCommand refuse alike: `other` is a good request with these fields besides. */
function badFields(other: (fields: object) => (there: There) => object): readonly Row[] {
  return [
    ['InvalidParameter', 'a Timeout that is no number', other({ Timeout: 'soon' })],
    ['InvalidParameterValue', 'a CommandType that is none', other({ CommandType: 'PERL' })],
    ['InvalidParameterValue.CommandContentInvalid', 'no Base64', other({ Content: '#!/bin/sh' })],
    ['InvalidParameterValue.CommandContentInvalid', 'no UTF-8', other({ Content: '//8=' })],
    ['InvalidParameterValue.CommandNameDuplicated', 'a name that is taken', other({ CommandName: 'bound' })],
    ['InvalidParameterValue.InvalidCommandName', 'a name with a blank', other({ CommandName: 'a b' })],
    ['InvalidParameterValue.InvalidOutputCOSBucketUrl', 'ftp', other({ OutputCOSBucketUrl: 'ftp://a-1.example' })],
    ['InvalidParameterValue.InvalidOutputCOSBucketUrl', 'http', other({ OutputCOSBucketUrl: 'http://a.example' })],
    ['InvalidParameterValue.InvalidOutputCOSKeyPrefix', '/ first', other({ OutputCOSKeyPrefix: '/logs' })],
    ['InvalidParameterValue.InvalidOutputCOSKeyPrefix', '..', other({ OutputCOSKeyPrefix: 'logs/../all' })],
    ['InvalidParameterValue.InvalidOutputCOSKeyPrefix', '61 characters', other({ OutputCOSKeyPrefix: 'x'.repeat(61) })],
    ['InvalidParameterValue.InvalidUsername', 'a user with a colon', other({ Username: 'a:b' })],
    ['InvalidParameterValue.InvalidWorkingDirectory', 'a relative path', other({ WorkingDirectory: 'tmp' })],
    ['InvalidParameterValue.Range', 'no time', other({ Timeout: 0 })],
    ['InvalidParameterValue.Range', 'a negative time', other({ Timeout: -1 })],
    ['InvalidParameterValue.Range', 'more than a day', other({ Timeout: 86_401 })],
    ['InvalidParameterValue.TooLong', 'a name of 61 bytes', other({ CommandName: `${'名'.repeat(20)}x` })],
    ['InvalidParameterValue.TooLong', '121 characters', other({ Description: '述'.repeat(121) })],
  ];
}

const creating = (fields: object) => () => ({ CommandName: 'refused', Content: base64('true'), ...fields });
const modifying =
  (fields: object) =>
  ({ plain }: There) => ({ CommandId: plain, ...fields });
const modifyingDefaults =
  (fields: object) =>
  ({ withParameters }: There) => ({ CommandId: withParameters, ...fields });
const bothForms = { DefaultParameters: '{}', DefaultParameterConfs: [{ ParameterName: 'a', ParameterValue: '' }] };
const twice = { DefaultParameterConfs: ['1', '2'].map((ParameterValue) => ({ ParameterName: 'a', ParameterValue })) };

const CREATE_COMMAND: Refusals = {
  rows: [
    ...badFields(creating),
    ...badParameters((DefaultParameters) => creating({ EnableParameter: true, DefaultParameters })),
    ['InvalidParameter.ConflictParameter', 'both forms', creating({ EnableParameter: true, ...bothForms })],
    ['InvalidParameter.ParameterNameDuplicated', 'a name twice', creating({ EnableParameter: true, ...twice })],
    ['InvalidParameterValue', '11 tags', creating({ Tags: unknownIds('t', 11).map((Key) => ({ Key, Value: 'v' })) })],
    [
      'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
      'defaults of what takes no parameters',
      creating({ DefaultParameters: '{"a":""}' }),
    ],
    ['MissingParameter', 'no name', () => ({ Content: base64('true') })],
    ['MissingParameter', 'no content', () => ({ CommandName: 'refused' })],
    ['MissingParameter', 'a tag without a value', creating({ Tags: [{ Key: 'a' }] })],
  ],
  denied: creating({}),
  explained: {
    'InvalidParameterValue.ParameterDisabled': 'it takes no Parameters; of defaults .SupportParametersOnly… says it',
    'InvalidParameterValue.InvalidContent': SAME_AS_CONTENT_INVALID,
    'ResourceNotFound.CosBucketNotFoundCode': BUCKET_LATER,
    'ResourceUnavailable.UserHasNoQuotaCode': 'among the quotas',
  },
};

const MODIFY_COMMAND: Refusals = {
  rows: [
    ...badFields(modifying),
    ...badParameters((DefaultParameters) => modifyingDefaults({ DefaultParameters })),
    ['InvalidParameter.ConflictParameter', 'both forms', modifyingDefaults(bothForms)],
    ['InvalidParameterValue.InvalidCommandId', 'no id', () => ({ CommandId: 'plain' })],
    [
      'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
      'defaults of what takes no parameters',
      modifying({ DefaultParameters: parameters(1) }),
    ],
    ['MissingParameter', 'no id', () => ({ CommandName: 'other' })],
    ['ResourceNotFound.CommandNotFound', 'an unknown command', () => ({ CommandId: 'cmd-00000000' })],
    ['UnknownParameter', 'EnableParameter, which is fixed', modifying({ EnableParameter: true })],
  ],
  denied: modifying({}),
  explained: { 'ResourceNotFound.CosBucketNotFoundCode': BUCKET_LATER },
};

const DELETE_COMMAND: Refusals = {
  rows: [
    ['InvalidParameterValue.InvalidCommandId', 'no id', () => ({ CommandId: 'plain' })],
    ['MissingParameter', 'nothing', () => ({})],
    ['ResourceNotFound.CommandNotFound', 'an unknown command', () => ({ CommandId: 'cmd-00000000' })],
    ['ResourceUnavailable.CommandInExecuting', 'one that runs', ({ executing }) => ({ CommandId: executing })],
    ['ResourceUnavailable.CommandInInvoker', 'one that is bound', ({ bound }) => ({ CommandId: bound })],
  ],
  denied: ({ plain }) => ({ CommandId: plain }),
  explained: { InvalidParameterValue: 'of its one field .InvalidCommandId says all that can be wrong' },
};

const DELETE_COMMANDS: Refusals = {
  rows: [
    ['InvalidParameter', 'no list', ({ plain }) => ({ CommandIds: plain })],
    ['InvalidParameterValue.InvalidCommandId', 'no id', ({ plain }) => ({ CommandIds: [plain, 'x'] })],
    ['InvalidParameterValue.LimitExceeded', '101 ids', () => ({ CommandIds: unknownIds('cmd', 101) })],
    ['MissingParameter', 'nothing', () => ({ CommandIds: [] })],
    ['ResourceNotFound.CommandNotFound', '100 unknown ids', () => ({ CommandIds: unknownIds('cmd', 100) })],
    ['ResourceNotFound.CommandNotFound', 'one of two', ({ plain }) => ({ CommandIds: [plain, 'cmd-00000000'] })],
    ['ResourceUnavailable.CommandInExecuting', 'one of two runs', (at) => ({ CommandIds: [at.plain, at.executing] })],
    ['ResourceUnavailable.CommandInInvoker', 'one of two is bound', (at) => ({ CommandIds: [at.plain, at.bound] })],
  ],
  denied: ({ plain }) => ({ CommandIds: [plain] }),
  explained: { InvalidParameterValue: 'more precisely .LimitExceeded, for over 100 ids' },
};

const DESCRIBE_COMMANDS: Refusals = {
  rows: [
    ...BAD_PAGES,
    [
      'InvalidParameter.ConflictParameter',
      'ids and filters',
      ({ plain }) => ({ CommandIds: [plain], ...filter('command-name', 'a') }),
    ],
    ['InvalidParameterValue.InvalidCommandId', 'no id', () => ({ CommandIds: ['plain'] })],
    ['InvalidParameterValue.InvalidCommandId', 'no id in a filter', () => filter('command-id', 'plain')],
    ['InvalidParameterValue.InvalidFilter', 'a filter that is none', () => filter('name', 'a')],
    ['InvalidParameterValue.InvalidFilter', 'a value that is none', () => filter('command-type', 'PERL')],
    ['InvalidParameterValue.InvalidFilter', 'a scene that is none', () => filter('scene-id', '')],
    ['InvalidParameterValue.LimitExceeded', '101 ids', () => ({ CommandIds: unknownIds('cmd', 101) })],
    ['InvalidParameterValue.LimitExceeded', '11 filters', () => filters(...Array(11).fill(['command-name', 'a']))],
    ['LimitExceeded.FilterValueExceeded', '6 values', () => filter('command-name', ...'abcdef')],
    ['MissingParameter', 'a filter without values', () => ({ Filters: [{ Name: 'command-name' }] })],
  ],
  denied: ({ plain }) => ({ CommandIds: [plain] }),
  explained: {},
};

const preview =
  (Parameters: string) =>
  ({ withParameters }: There) => ({ CommandId: withParameters, Parameters });

const PREVIEW_REPLACED_COMMAND_CONTENT: Refusals = {
  rows: [
    ...badParameters(preview),
    [
      'InvalidParameter.ConflictParameter',
      'a command and content',
      ({ plain }) => ({ CommandId: plain, Content: base64('true') }),
    ],
    ['InvalidParameterValue.CommandContentInvalid', 'no Base64', () => ({ Content: 'echo {{a}}' })],
    ['InvalidParameterValue.CommandContentInvalid', 'no UTF-8', () => ({ Content: '//8=' })],
    ['InvalidParameterValue.InvalidCommandId', 'no id', () => ({ CommandId: 'plain' })],
    [
      'InvalidParameterValue.LackOfParameters',
      'placeholders, and nothing for them',
      () => ({ Content: base64('{{a}}') }),
    ],
    [
      'InvalidParameterValue.ParameterDisabled',
      'parameters of what takes none',
      ({ plain }) => ({ CommandId: plain, Parameters: '{"a":""}' }),
    ],
    ['MissingParameter', 'nothing', () => ({})],
    ['ResourceNotFound.CommandNotFound', 'an unknown command', () => ({ CommandId: 'cmd-00000000' })],
  ],
  denied: ({ plain }) => ({ CommandId: plain }),
  explained: {
    'InvalidParameter.ParameterNameDuplicated': 'of DefaultParameterConfs, which a preview does not take',
    'InvalidParameterValue.CommandNameDuplicated': 'a preview names nothing',
    'InvalidParameterValue.LackOfParameterInfo':
      'placeholders without a value stay as they are; only a run refuses them',
    'InvalidParameterValue.Range': 'no field is a number',
    'InvalidParameterValue.SupportParametersOnlyIfEnableParameter':
      'of defaults; of Parameters .ParameterDisabled says it',
  },
};

const DESCRIBE_SCENES: Refusals = {
  rows: [
    ...BAD_PAGES,
    [
      'InvalidParameter.ConflictParameter',
      'ids and filters',
      () => ({ SceneIds: ['sc-00000000'], ...filter('scene-name', 'a') }),
    ],
    ['InvalidParameterValue.InvalidFilter', 'scenes of users', () => filter('created-by', 'USER')],
    ['InvalidParameterValue.InvalidFilter', 'a filter that is none', () => filter('name', 'a')],
    ['InvalidParameterValue.InvalidSceneId', 'no id', () => ({ SceneIds: ['disk'] })],
    ['InvalidParameterValue.InvalidSceneName', 'a name of 61 characters', () => filter('scene-name', 'x'.repeat(61))],
    ['InvalidParameterValue.LimitExceeded', '101 ids', () => ({ SceneIds: unknownIds('sc', 101) })],
    ['LimitExceeded.FilterValueExceeded', '6 values', () => filter('scene-name', ...'abcdef')],
  ],
  denied: () => ({}),
  explained: { InvalidFilter: 'the same condition as InvalidParameterValue.InvalidFilter, which says all of it' },
};

/** How the actions on commands refuse. */
export const COMMAND_REFUSALS = {
  CreateCommand: CREATE_COMMAND,
  ModifyCommand: MODIFY_COMMAND,
  DeleteCommand: DELETE_COMMAND,
  DeleteCommands: DELETE_COMMANDS,
  DescribeCommands: DESCRIBE_COMMANDS,
  PreviewReplacedCommandContent: PREVIEW_REPLACED_COMMAND_CONTENT,
  DescribeScenes: DESCRIBE_SCENES,
};
