import { getOption } from '@bufbuild/protobuf';
import {
  AccessKeyStatus,
  AccountService,
  AuthorizationService,
  access,
  GroupService,
  IamService,
  PolicyService,
  Scope,
  TokenService,
} from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** Every field by which a method could refuse before anybody is asked. */
const FULL = {
  name: 'u',
  remark: 'r',
  uin: '1',
  targetUin: '1',
  attachUin: '1',
  detachUin: '1',
  policyId: '1',
  policyName: 'p',
  policyDocument: JSON.stringify({ version: '2.0', statement: [allow('tat:*')] }),
  versionId: 1,
  groupId: '1',
  groupName: 'g',
  attachGroupId: '1',
  detachGroupId: '1',
  targetGroupId: '1',
  info: [{ groupId: '1', uin: '1' }],
  accessKeyId: 'AKID',
  status: AccessKeyStatus.INACTIVE,
  code: '123456',
  resourceList: ['qcs::cam:::uin/1'],
  tags: [{ key: 'team', value: 'ops' }],
  tagKeys: ['team'],
};
/** Where such a field holds several. */
const SEVERAL: Readonly<Record<string, object>> = {
  DeletePolicy: { policyId: ['1'] },
  DescribeSubAccounts: { filterSubAccountUin: ['1'] },
  DeletePolicyVersion: { versionId: [1] },
};

describe('every method', () => {
  it('is refused without a token unless it carries its own proof', async () => {
    const publicMethods: string[] = [];
    for (const service of [
      AuthorizationService,
      TokenService,
      IamService,
      GroupService,
      PolicyService,
      AccountService,
    ]) {
      for (const method of service.methods) {
        const call = fixture.client(service) as unknown as Record<string, (request: object) => Promise<unknown>>;
        const { kind, reason } = await refusalOf(call[method.localName]!({}));
        expect(getOption(method, access).action).toMatch(/^(muster|sts|cam):[A-Z]/);
        if (reason !== 'AuthFailure.TokenFailure') publicMethods.push(method.name);
        else expect(kind).toBe('unauthenticated');
      }
    }
    expect(publicMethods).toEqual(['ExchangeAccessKey', 'Login']);
  });

  const filtered = ['ListUsers', 'ListPolicies', 'ListGroups', 'ListCollaborators', 'ListMessageReceivers'];
  const decided = [IamService, GroupService, PolicyService, AccountService]
    .flatMap((service) => service.methods.map((method) => ({ service, method })))
    .filter(({ method }) => !filtered.includes(method.name) && getOption(method, access).scope !== Scope.SELF);

  it.each(decided)('of CAM is refused to a user without policies: $method.name', async ({ service, method }) => {
    const { token } = await fixture.user();
    const call = fixture.client(service, token) as unknown as Record<string, (request: object) => Promise<unknown>>;
    expect(await refusalOf(call[method.localName]!({ ...FULL, ...SEVERAL[method.name] }))).toMatchObject({
      kind: 'denied',
      reason: 'UnauthorizedOperation.CamAuthFailed',
      details: { action: `cam:${method.name}` },
    });
  });
});
