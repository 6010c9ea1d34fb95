import { confs, ids, over, parameters, type Refusals, type Refused, tags } from './refusals.ts';
import { base64, type World } from './world.ts';

const LONG_KEY = JSON.stringify({ ['k'.repeat(65)]: 'v' });

/** What is wrong with the machines of a request. */
const MACHINES: readonly Refused[] = [
  ['no machines', { InstanceIds: undefined }, 'MissingParameter'],
  ['what is no machine', { InstanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
  ['an unknown machine', { InstanceIds: ids('ins', 1) }, 'ResourceNotFound.InstanceNotFound'],
  ['two kinds', { InstanceIds: ['ins-00000000', 'lhins-00000000'] }, 'InvalidParameterValue.InconsistentInstance'],
  [
    'a machine without an agent',
    ({ silent, online }) => ({ InstanceIds: [online[0], silent] }),
    'ResourceUnavailable.AgentNotInstalled',
  ],
];

/** What is wrong with a run, be it of a script or of a stored command. */
const RUN: readonly Refused[] = [
  ...MACHINES,
  ['201 machines', { InstanceIds: ids('ins', 201) }, 'InvalidParameterValue.LimitExceeded'],
  ['200 unknown machines', { InstanceIds: ids('ins', 200) }, 'ResourceNotFound.InstanceNotFound'],
  ['machines that are no list', { InstanceIds: 'ins-00000000' }, 'InvalidParameter'],
  ['an absent machine', ({ absent }) => ({ InstanceIds: [absent] }), 'ResourceUnavailable.AgentStatusNotOnline'],
  ['a relative directory', { WorkingDirectory: 'srv' }, 'InvalidParameterValue.InvalidWorkingDirectory'],
  ['a time that is no number', { Timeout: 'long' }, 'InvalidParameter'],
  ['a bucket without https', { OutputCOSBucketUrl: 'ftp://b' }, 'InvalidParameterValue.InvalidOutputCOSBucketUrl'],
  [
    'a bucket that is not there',
    ({ missingBucket }) => ({ OutputCOSBucketUrl: missingBucket }),
    'ResourceNotFound.CosBucketNotFoundCode',
  ],
  ['a rooted prefix', { OutputCOSKeyPrefix: '/a' }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
  ['a prefix with //', { OutputCOSKeyPrefix: 'a//b' }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
  ['a prefix that climbs', { OutputCOSKeyPrefix: 'a/../b' }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
  ['a prefix of 61', { OutputCOSKeyPrefix: 'p'.repeat(61) }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
  ['what the action does not know', { Colour: 'red' }, 'UnknownParameter'],
  ['no time at all', { Timeout: 0 }, 'InvalidParameterValue.Range'],
  ['86401 seconds', { Timeout: 86_401 }, 'InvalidParameterValue.Range'],
  ['a time before now', { Timeout: -1 }, 'InvalidParameterValue.Range'],
];

/** What is wrong with the parameters of a command that takes some. */
const PARAMETERS: readonly Refused[] = [
  ['what is no JSON', { Parameters: 'x' }, 'InvalidParameterValue.ParameterInvalidJsonFormat'],
  ['a list', { Parameters: '["x"]' }, 'InvalidParameterValue.ParameterInvalidJsonFormat'],
  ['a number', { Parameters: '{"a":1}' }, 'InvalidParameterValue.ParameterValueNotString'],
  ['a key twice', { Parameters: '{"a":"1","a":"2"}' }, 'InvalidParameterValue.ParameterKeyDuplicated'],
  ['a key with a blank', { Parameters: '{"a b":"1"}' }, 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
  ['a key of 65', { Parameters: LONG_KEY }, 'InvalidParameterValue.ParameterKeyLenExceeded'],
  ['21 parameters', { Parameters: parameters(21) }, 'InvalidParameterValue.ParameterNumberExceeded'],
];

const script = { Content: base64('true') };
const enabled = { Content: base64('echo {{a}}'), EnableParameter: true };

const there = ({ online }: World) => ({ InstanceIds: [online[0]] });

const RUN_COMMAND: Refusals = {
  action: 'RunCommand',
  refused: [
    ...over(
      (world) => ({ ...script, ...there(world) }),
      [
        ...RUN,
        ['no script', { Content: undefined }, 'MissingParameter'],
        ['what is not Base64', { Content: 'echo hello!' }, 'InvalidParameterValue.CommandContentInvalid'],
        ['what is no text', { Content: '/w==' }, 'InvalidParameterValue.CommandContentInvalid'],
        [
          'a script of 65540 in Base64',
          { Content: base64('x'.repeat(49_153)) },
          'InvalidParameterValue.CommandContentInvalid',
        ],
        ['an empty script', { Content: '' }, 'InvalidParameterValue.CommandContentInvalid'],
        ['an unknown language', { CommandType: 'PERL' }, 'InvalidParameterValue'],
        ['BAT on Linux', { CommandType: 'BAT' }, 'InvalidParameterValue.AgentUnsupportedCommandType'],
        ['a name of 61 bytes', { CommandName: `${'名'.repeat(20)}n` }, 'InvalidParameterValue.TooLong'],
        ['a name with a blank', { CommandName: 'a b' }, 'InvalidParameterValue.InvalidCommandName'],
        [
          'a name that is taken',
          { CommandName: 'plain', SaveCommand: true },
          'InvalidParameterValue.CommandNameDuplicated',
        ],
        ['a description of 121', { Description: '描'.repeat(121) }, 'InvalidParameterValue.TooLong'],
        ['a user with a colon', { Username: 'a:b' }, 'InvalidParameterValue.InvalidUsername'],
        ['11 tags', { Tags: tags(11) }, 'InvalidParameterValue'],
        ['a choice that is none', { SaveCommand: 'perhaps' }, 'InvalidParameter'],
        ['parameters not enabled', { Parameters: '{"a":"b"}' }, 'InvalidParameterValue.ParameterDisabled'],
        [
          'defaults not enabled',
          { DefaultParameters: '{"a":"b"}' },
          'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
        ],
      ],
    ),
    ...over(
      (world) => ({ ...enabled, ...there(world) }),
      [
        ...PARAMETERS,
        ['a placeholder without a value', {}, 'InvalidParameterValue.LackOfParameterInfo'],
        ['a default twice', confs('a', 'a'), 'InvalidParameter.ParameterNameDuplicated'],
        ['21 defaults', confs(...ids('key', 21)), 'InvalidParameterValue.ParameterNumberExceeded'],
        [
          'both kinds of defaults',
          { ...confs('a'), DefaultParameters: '{"a":"b"}' },
          'InvalidParameter.ConflictParameter',
        ],
      ],
    ),
  ],
  not: {
    'InvalidParameter.InvalidUsername': 'the same condition as InvalidParameterValue.InvalidUsername',
    'InvalidParameterValue.InvalidContent': 'the same condition as CommandContentInvalid',
    ResourceUnavailable: 'tested with a machine that hangs, for which too much waits',
    'ResourceUnavailable.UserHasNoQuotaCode': 'tested with the command that is saved',
  },
};

const INVOKE_COMMAND: Refusals = {
  action: 'InvokeCommand',
  refused: [
    ...over(
      (world) => ({ CommandId: world.plain, ...there(world) }),
      [
        ...RUN,
        ['no command', { CommandId: undefined }, 'MissingParameter'],
        ['what is no command', { CommandId: 'cmd-x' }, 'InvalidParameterValue.InvalidCommandId'],
        ['an unknown command', { CommandId: 'cmd-00000000' }, 'ResourceNotFound.CommandNotFound'],
        [
          'BAT on Linux',
          ({ forWindows }) => ({ CommandId: forWindows }),
          'InvalidParameterValue.AgentUnsupportedCommandType',
        ],
        ['a user with a colon', { Username: 'a:b' }, 'InvalidParameter.InvalidUsername'],
        ['a user of 257', { Username: 'u'.repeat(257) }, 'InvalidParameter.InvalidUsername'],
        ['parameters not enabled', { Parameters: '{"a":"b"}' }, 'InvalidParameterValue.ParameterDisabled'],
      ],
    ),
    ...over(
      (world) => ({ CommandId: world.withParameters, ...there(world) }),
      [...PARAMETERS, ['a placeholder without a value', {}, 'InvalidParameterValue.LackOfParameterInfo']],
    ),
  ],
  not: {
    InvalidParameterValue: 'tested with a ClientToken that stands for another call',

    'InvalidParameterValue.SupportParametersOnlyIfEnableParameter': 'the defaults are the stored command’s',
    ResourceUnavailable: 'tested with a machine that hangs, for which too much waits',
  },
};

export const RUNNING: readonly Refusals[] = [RUN_COMMAND, INVOKE_COMMAND];

/** What is just good enough for a run. */
export const JUST_GOOD: readonly (readonly [what: string, request: object])[] = [
  ['a script of 65536 in Base64', { Content: base64('x'.repeat(49_152)) }],
  ['a name of 60 bytes', { CommandName: '名'.repeat(20) }],
  ['a description of 120', { Description: '描'.repeat(120) }],
  ['a second', { Timeout: 1 }],
  ['86400 seconds', { Timeout: 86_400 }],
  ['a user of 256', { Username: 'u'.repeat(256) }],
  ['a prefix of 60', { OutputCOSKeyPrefix: `${'p'.repeat(58)}/p` }],
  ['10 tags', { Tags: tags(10), SaveCommand: true }],
  ['20 parameters', { EnableParameter: true, Parameters: parameters(20) }],
  ['20 defaults', { EnableParameter: true, ...confs(...ids('key', 20)) }],
  ['a key of 64', { EnableParameter: true, Parameters: JSON.stringify({ ['k'.repeat(64)]: '' }) }],
  ['a machine twice', {}],
];

/** A run that is checked and not made. */
export const dryRun = ({ online }: World) => ({ ...script, InstanceIds: [online[0], online[0]], DryRun: true });
