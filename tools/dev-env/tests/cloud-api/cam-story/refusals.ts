import { allow, type Clients, documentOf, trusting } from './clients.ts';
import type { Things } from './things.ts';

/** A call that root makes in vain. */
export interface Refused<Client> {
  readonly action: Exclude<keyof Client, 'request' | 'sseRequest'> & string;
  /** What is wrong with it. */
  readonly of: string;
  readonly request: Given;
  /** What it ends in. */
  readonly code: string;
}

type Given = object | ((things: Things) => object);
type Row = readonly [of: string, request: Given, code: string];

const DOCUMENT = documentOf(allow('tat:*'));
const statement = (change: object) => documentOf({ ...allow('tat:*'), ...change });
/** A user, a group and a policy that nobody has. */
const NOBODY = 999_999;

/** Policies that the linter refuses, by its codes without `InvalidParameter.` */
const FAULTY = {
  PolicyDocumentError: '{',
  PolicyDocumentLengthOverLimit: statement({ resource: `qcs::tat:::command/${'x'.repeat(6_200)}` }),
  VersionError: JSON.stringify({ version: '3.0', statement: [allow('tat:*')] }),
  StatementError: documentOf(),
  EffectError: statement({ effect: 'maybe' }),
  ActionMiss: statement({ action: [] }),
  ActionError: statement({ action: 'tat>DeleteCommand' }),
  ActionNotExist: statement({ action: 'tat:Launch' }),
  ResourceError: statement({ resource: [] }),
  ResourceContentError: statement({ resource: 'qcs::tat:::' }),
  ResourceQcsError: statement({ resource: 'command/cmd-1' }),
  ResourceProjectError: statement({ resource: 'qcs:1:tat:::command/*' }),
  ResourceServiceNotExist: statement({ resource: 'qcs::T A T:::command/*' }),
  ResourceRegionError: statement({ resource: 'qcs::tat:a b::command/*' }),
  ResourceUinError: statement({ resource: 'qcs::tat::uin/1:command/*' }),
  ConditionError: statement({ condition: 'always' }),
  ConditionTypeError: statement({ condition: { string_alike: { 'qcs:ip': '10.0.0.1' } } }),
  ConditionContentError: statement({ condition: { ip_equal: { 'qcs:ip': '10.*.*.10/24' } } }),
  PrincipalError: statement({ principal: { qcs: ['qcs::cam::uin/1:root'] } }),
};

/** What CAM refuses (specification of CAM, sections 14 and 14.1). */
export const CAM_REFUSALS: readonly Refused<Clients['cam']>[] = [
  ...rows('AddUser', [
    ['no name', {}, 'MissingParameter'],
    ['a list for a name', { Name: ['x'] }, 'InvalidParameter'],
    ['a flag of 2', { Name: 'x', UseApi: 2 }, 'InvalidParameterValue'],
    ['what it does not know', { Name: 'x', Colour: 'red' }, 'UnknownParameter'],
    ['a name that is taken', { Name: 'taken' }, 'InvalidParameter.SubUserNameInUse'],
    ['a name of two words', { Name: 'two words' }, 'InvalidParameter.ParamError'],
    ['a weak password', { Name: 'x', ConsoleLogin: 1, Password: 'weak' }, 'InvalidParameter.PasswordViolatedRules'],
  ]),
  ...rows('GetUser', [['nobody', { Name: 'nobody' }, 'ResourceNotFound.UserNotExist']]),
  ...rows('UpdateUser', [['nobody', { Name: 'nobody', Remark: 'x' }, 'ResourceNotFound.UserNotExist']]),
  ...rows('DeleteUser', [
    ['nobody', { Name: 'nobody' }, 'ResourceNotFound.UserNotExist'],
    ['a user that has keys', { Name: 'taken', Force: 0 }, 'OperationDenied.HaveKeys'],
  ]),
  ...rows('DescribeSubAccounts', [
    ['51 uins', { FilterSubAccountUin: numbers(51) }, 'InvalidParameterValue.LimitExceeded'],
  ]),
  ...rows('CreateAccessKey', [
    ['a third key', ({ user }) => ({ TargetUin: user }), 'OperationDenied.AccessKeyOverLimit'],
    ['nobody', { TargetUin: NOBODY }, 'ResourceNotFound.UserNotExist'],
  ]),
  ...rows('UpdateAccessKey', [
    ['an unknown key', ({ user }) => key(user, 'AKIDnobodys', 'Inactive'), 'ResourceNotFound.SecretNotExist'],
    ['an unknown status', ({ user, keys }) => key(user, keys[0], 'Off'), 'InvalidParameterValue'],
  ]),
  ...rows('DeleteAccessKey', [
    ['a key that works', ({ user, keys }) => key(user, keys[0]), 'FailedOperation.Accesskey'],
  ]),
  ...rows('GetSecurityLastUsed', [
    ['an unknown key', { SecretIdList: ['AKIDnobodys'] }, 'ResourceNotFound.SecretNotExist'],
  ]),
  ...rows('CreateGroup', [['a name that is taken', { GroupName: 'taken' }, 'InvalidParameter.GroupNameInUse']]),
  ...rows('GetGroup', [['an unknown group', { GroupId: NOBODY }, 'ResourceNotFound.GroupNotExist']]),
  ...rows('UpdateGroup', [['an unknown group', { GroupId: NOBODY, Remark: 'x' }, 'ResourceNotFound.GroupNotExist']]),
  ...rows('DeleteGroup', [['an unknown group', { GroupId: NOBODY }, 'ResourceNotFound.GroupNotExist']]),
  ...rows('ListUsersForGroup', [['an unknown group', { GroupId: NOBODY }, 'ResourceNotFound.GroupNotExist']]),
  ...rows('ListGroupsForUser', [['nobody', { SubUin: NOBODY }, 'ResourceNotFound.UserNotExist']]),
  ...rows('AddUserToGroup', [
    ['nobody', ({ group }) => ({ Info: [{ GroupId: group, Uid: NOBODY }] }), 'ResourceNotFound.UserNotExist'],
  ]),
  ...rows('RemoveUserFromGroup', [
    ['an unknown group', ({ user }) => ({ Info: [{ GroupId: NOBODY, Uin: user }] }), 'ResourceNotFound.GroupNotExist'],
  ]),
  ...rows('CreatePolicy', [
    ...Object.entries(FAULTY).map(
      ([code, document]) => ['a document that is faulty', policy(document), `InvalidParameter.${code}`] as const,
    ),
    ['a name that is taken', { ...policy(DOCUMENT), PolicyName: 'taken' }, 'FailedOperation.PolicyNameInUse'],
    ['a name of two words', { ...policy(DOCUMENT), PolicyName: 'two words' }, 'InvalidParameter.PolicyNameError'],
    [
      'a description of 301',
      { ...policy(DOCUMENT), Description: 'x'.repeat(301) },
      'InvalidParameter.DescriptionLengthOverlimit',
    ],
  ]),
  ...rows('GetPolicy', [['an unknown policy', { PolicyId: NOBODY }, 'ResourceNotFound.PolicyIdNotFound']]),
  ...rows('UpdatePolicy', [
    ['an unknown policy', { PolicyName: 'nobodys', Description: 'x' }, 'ResourceNotFound.PolicyIdNotFound'],
    ['a preset', ({ preset }) => ({ PolicyId: preset, Description: 'x' }), 'InvalidParameter.PolicyIdError'],
  ]),
  ...rows('DeletePolicy', [['an unknown policy', { PolicyId: [NOBODY] }, 'ResourceNotFound.PolicyIdNotFound']]),
  ...rows('CreatePolicyVersion', [
    [
      'a sixth version',
      (things) => ({ PolicyId: things.policy, PolicyDocument: DOCUMENT, SetAsDefault: false }),
      'FailedOperation.PolicyVersionFull',
    ],
  ]),
  ...rows('DeletePolicyVersion', [
    [
      'the version in force',
      (things) => ({ PolicyId: things.policy, VersionId: [1] }),
      'FailedOperation.PolicyVersionAlreadyDefault',
    ],
  ]),
  ...rows('GetPolicyVersion', [
    ['an unknown version', (things) => ({ PolicyId: things.policy, VersionId: 9 }), 'ResourceNotFound.NotFound'],
  ]),
  ...rows('SetDefaultPolicyVersion', [
    ['an unknown version', (things) => ({ PolicyId: things.policy, VersionId: 9 }), 'ResourceNotFound.NotFound'],
  ]),
  ...rows('ListPolicyVersions', [['an unknown policy', { PolicyId: NOBODY }, 'ResourceNotFound.PolicyIdNotFound']]),
  ...rows('ListEntitiesForPolicy', [['an unknown policy', { PolicyId: NOBODY }, 'ResourceNotFound.PolicyIdNotFound']]),
  ...rows('ListPolicies', [
    ['an unknown scope', { Scope: 'Global' }, 'InvalidParameterValue'],
    ['a page of 201', { Rp: 201 }, 'InvalidParameterValue.Range'],
  ]),
  ...rows('AttachUserPolicy', [
    ['nobody', (things) => ({ PolicyId: things.policy, AttachUin: NOBODY }), 'ResourceNotFound.UserNotExist'],
    ['an unknown policy', ({ user }) => ({ PolicyId: NOBODY, AttachUin: user }), 'ResourceNotFound.PolicyIdNotFound'],
  ]),
  ...rows('AttachGroupPolicy', [
    ['nobody', (things) => ({ PolicyId: things.policy, AttachGroupId: NOBODY }), 'ResourceNotFound.GroupNotExist'],
  ]),
  ...rows('AttachRolePolicy', [
    ['nobody', { PolicyName: 'taken', AttachRoleName: 'nobodys' }, 'ResourceNotFound.RoleNotFound'],
  ]),
  ...rows('ListAttachedUserPolicies', [['nobody', { TargetUin: NOBODY }, 'ResourceNotFound.UserNotExist']]),
  ...rows('PutUserPermissionsBoundary', [
    ['an unknown policy', ({ user }) => ({ TargetUin: user, PolicyId: NOBODY }), 'ResourceNotFound.PolicyIdNotFound'],
  ]),
  ...rows('CreateRole', [
    [
      'a name that is taken',
      { ...role(trusting('qcs::cam::uin/1:root')), RoleName: 'taken' },
      'InvalidParameter.RoleNameInUse',
    ],
    ['what is no principal', role(trusting('uin/1')), 'InvalidParameter.PrincipalQcsError'],
    ['a console login', { ...role(trusting('qcs::cam::uin/1:root')), ConsoleLogin: 1 }, 'UnsupportedOperation'],
  ]),
  ...rows('GetRole', [
    ['neither id nor name', {}, 'MissingParameter'],
    ['an unknown role', { RoleName: 'nobodys' }, 'ResourceNotFound.RoleNotFound'],
  ]),
  ...rows('DeleteRole', [['an unknown role', { RoleId: '4611686018427387999' }, 'ResourceNotFound.RoleNotFound']]),
  ...rows('UpdateRoleSessionDuration', [
    ['43,201 seconds', { RoleName: 'taken', SessionDuration: 43_201 }, 'InvalidParameter.ParamError'],
  ]),
  ...rows('UpdateRoleDescription', [
    [
      'a description of 301',
      { RoleName: 'taken', Description: 'x'.repeat(301) },
      'InvalidParameter.DescriptionLengthOverlimit',
    ],
  ]),
];

/** What STS refuses (section 9). */
export const STS_REFUSALS: readonly Refused<Clients['sts']>[] = [
  ...rows('AssumeRole', [
    ['what is no role', { RoleArn: 'taken', RoleSessionName: 'ci' }, 'InvalidParameter.ParamError'],
    ['a name of two words', assume({ RoleSessionName: 'two words' }), 'InvalidParameter.ParamError'],
    ['a second too many', assume({ DurationSeconds: 601 }), 'InvalidParameter.OverTimeError'],
    ['a policy that is no JSON', assume({ Policy: '{' }), 'InvalidParameter.StrategyFormatError'],
    ['a faulty policy', assume({ Policy: encodeURIComponent(FAULTY.EffectError) }), 'InvalidParameter.StrategyInvalid'],
    ['things of others', assume({ Policy: FAULTY.ResourceUinError }), 'InvalidParameter.GrantOtherResource'],
    [
      'an unknown role',
      ({ root }) => ({ RoleArn: `qcs::cam::uin/${root}:roleName/nobodys`, RoleSessionName: 'ci' }),
      'AuthFailure.UnauthorizedOperation',
    ],
  ]),
  ...rows('GetFederationToken', [
    ['no policy', { Name: 'ci' }, 'MissingParameter'],
    ['a digit in the name', { Name: 'c1', Policy: DOCUMENT }, 'InvalidParameter.ParamError'],
    ['a second too many', { Name: 'ci', Policy: DOCUMENT, DurationSeconds: 7_201 }, 'InvalidParameter.OverTimeError'],
    ['a long policy', { Name: 'ci', Policy: FAULTY.PolicyDocumentLengthOverLimit }, 'InvalidParameter.PolicyTooLong'],
  ]),
  ...rows('GetSessionToken', [
    ['a wrong code', ({ root }) => session(root, 'softToken'), 'FailedOperation.CheckMFAError'],
    ['another authenticator', ({ root }) => session(root, 'hardToken'), 'FailedOperation.MFATypeNotSupported'],
  ]),
];

function rows<Action extends string>(action: Action, given: readonly Row[]) {
  return given.map(([of, request, code]) => ({ action, of, request, code }));
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function key(user: number, AccessKeyId: string, Status?: string) {
  return { TargetUin: user, AccessKeyId, ...(Status === undefined ? {} : { Status }) };
}

function policy(PolicyDocument: string) {
  return { PolicyName: 'x', PolicyDocument };
}

function role(PolicyDocument: string) {
  return { RoleName: 'x', PolicyDocument };
}

/** Takes the role on that lasts 600 seconds at most. */
function assume(change: object): Given {
  return ({ root }) => ({ RoleArn: `qcs::cam::uin/${root}:roleName/taken`, RoleSessionName: 'ci', ...change });
}

function session(root: string, kind: string) {
  return { SerialNumber: `qcs::cam:uin/${root}::mfa/${kind}`, TokenCode: '000000' };
}
