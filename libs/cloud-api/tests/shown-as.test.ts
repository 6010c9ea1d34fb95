import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AccessKeyStatus,
  AssumeRoleRequestSchema,
  CreateAccessKeyResponseSchema,
  CreateRoleRequestSchema,
  GetCallerIdentityResponseSchema,
  GetSecurityLastUsedResponseSchema,
  GetUserAppIdResponseSchema,
  GetUserPermissionBoundaryResponseSchema,
  ListAttachedUserAllPoliciesRequestSchema,
  ListAttachedUserPoliciesResponseSchema,
  ListGroupsForUserRequestSchema,
  ListPoliciesRequestSchema,
  ListPoliciesResponseSchema,
  PolicyType,
  UpdateRoleSessionDurationRequestSchema,
} from '@muster/contract';
import { describe, expect, it } from 'vitest';
import { ExactNumber, parseBody, toJson, toMessage } from '../src/index.ts';

const READ_JSON = { coerce: false };
const READ_FORM = { coerce: true };
const POLICY = {
  policyId: '7',
  policyName: 'p',
  description: 'd',
  type: PolicyType.CUSTOM,
  addTime: timestampFromMs(0),
};

describe('one message that the cloud shows as several types', () => {
  it('has the names and forms of the type that its field says', () => {
    const strategy = toJson(
      ListPoliciesResponseSchema,
      create(ListPoliciesResponseSchema, { list: [POLICY] }),
      'cam',
    ) as { List: object[] };
    expect(strategy.List[0]).toMatchObject({ PolicyId: 7, Description: 'd', Type: 1, CreateMode: 2 });
    expect(strategy.List[0]).not.toHaveProperty('PolicyDocument');
    const attached = toJson(
      ListAttachedUserPoliciesResponseSchema,
      create(ListAttachedUserPoliciesResponseSchema, { list: [POLICY] }),
      'cam',
    ) as { List: object[] };
    expect(attached.List[0]).toMatchObject({ PolicyId: 7, Remark: 'd', PolicyType: 'User', DeactivedDetail: [] });
    expect(attached.List[0]).not.toHaveProperty('Type');
  });

  it('hides, renames and repeats fields for one type only', () => {
    const rows = toJson(
      GetSecurityLastUsedResponseSchema,
      create(GetSecurityLastUsedResponseSchema, {
        accessKeys: [{ accessKeyId: 'AKIDa', status: AccessKeyStatus.ACTIVE, lastUsedTime: timestampFromMs(1_000) }],
      }),
      'cam',
    );
    expect(rows.SecretIdLastUsedRows).toEqual([
      { SecretId: 'AKIDa', LastUsedDate: '1970-01-01 00:00:01', LastSecretUsedDate: 1 },
    ]);
  });

  it('is null in all its fields where it stands inlined and is not there', () => {
    const none = toJson(
      GetUserPermissionBoundaryResponseSchema,
      create(GetUserPermissionBoundaryResponseSchema),
      'cam',
    );
    expect(none).toMatchObject({ PolicyId: null, PolicyName: null, PolicyDocument: null, PolicyType: null });
  });
});

describe('a field within another', () => {
  it('stands inside the object that the other shows', () => {
    const answer = create(CreateAccessKeyResponseSchema, {
      accessKey: { accessKeyId: 'AKIDa', status: AccessKeyStatus.INACTIVE },
      secretAccessKey: 's',
    });
    const shown = toJson(CreateAccessKeyResponseSchema, answer, 'cam');
    expect(shown).toEqual({ AccessKey: expect.objectContaining({ Status: 'Inactive', SecretAccessKey: 's' }) });
  });
});

describe('forms', () => {
  it('numbers that the cloud writes as text, and text that it writes as a number', () => {
    const app = create(GetUserAppIdResponseSchema, { uin: '100000000001', ownerUin: '100000000001', appId: '12' });
    expect(toJson(GetUserAppIdResponseSchema, app, 'cam')).toEqual({
      Uin: '100000000001',
      OwnerUin: '100000000001',
      AppId: 12,
    });
    const caller = create(GetCallerIdentityResponseSchema, { accountId: '1', originUin: '2', principalId: '3:s' });
    expect(toJson(GetCallerIdentityResponseSchema, caller, 'sts')).toMatchObject({
      AccountId: '1',
      PrincipalId: '2',
      UserId: '3:s',
    });
    const { roleId } = toMessage(
      UpdateRoleSessionDurationRequestSchema,
      { RoleId: new ExactNumber('4611686018427387904'), SessionDuration: new ExactNumber('60') },
      READ_JSON,
    );
    expect(roleId).toBe('4611686018427387904');
  });

  it('percent-encoded text is read, and text that is not encoded stays', () => {
    const policyOf = (Policy: string) =>
      toMessage(AssumeRoleRequestSchema, { RoleArn: 'a', RoleSessionName: 's', Policy }, READ_JSON).policy;
    expect(policyOf(encodeURIComponent('{"version":"100%"}'))).toBe('{"version":"100%"}');
    expect(policyOf('{"version":"%32"}')).toBe('{"version":"%32"}');
    expect(() => policyOf('%7B%FF')).toThrow('Policy must be percent-encoded UTF-8');
  });

  it('the number 0 of an enum, and its other texts, are read', () => {
    const { attachType } = toMessage(
      ListAttachedUserAllPoliciesRequestSchema,
      parseBody('{"TargetUin":1,"Rp":1,"Page":1,"AttachType":0}'),
      READ_JSON,
    );
    expect(attachType).toBe(0);
    const scopeOf = (Scope: string) => toMessage(ListPoliciesRequestSchema, { Scope }, READ_JSON).scope;
    expect(['All', 'QCS', 'Local', ''].map(scopeOf)).toEqual([0, PolicyType.PRESET, PolicyType.CUSTOM, 0]);
  });
});

describe('two names of one field', () => {
  it.each(['Uid', 'SubUin'])('%s is read', (name) => {
    expect(toMessage(ListGroupsForUserRequestSchema, { [name]: new ExactNumber('5') }, READ_JSON).uin).toBe('5');
  });

  it('may both be given, with one value', () => {
    const both = (Uid: string, SubUin: string) =>
      toMessage(ListGroupsForUserRequestSchema, { Uid, SubUin }, READ_FORM).uin;
    expect(both('5', '5')).toBe('5');
    expect(() => both('5', '6')).toThrow('Uid must be the same as SubUin');
  });
});

describe('what is always the same', () => {
  const role = { RoleName: 'r', PolicyDocument: '{}' };

  it('may be given as it is', () => {
    expect(
      toMessage(CreateRoleRequestSchema, { ...role, ConsoleLogin: new ExactNumber('0') }, READ_JSON).roleName,
    ).toBe('r');
    expect(toMessage(CreateRoleRequestSchema, { ...role, ConsoleLogin: '0' }, READ_FORM).roleName).toBe('r');
  });

  it('is refused otherwise', () => {
    expect(() =>
      toMessage(CreateRoleRequestSchema, { ...role, ConsoleLogin: new ExactNumber('1') }, READ_JSON),
    ).toThrow(expect.objectContaining({ reason: 'UnsupportedOperation' }));
  });
});
