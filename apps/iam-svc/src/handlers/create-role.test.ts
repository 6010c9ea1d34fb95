import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { makeRole, OWN_ACCOUNT } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

describe('CreateRole', () => {
  it('keeps what it was given, and says the rest', async () => {
    const { roleId } = await roles().createRole({
      roleName: 'ops',
      policyDocument: OWN_ACCOUNT,
      description: 'operations',
      tags: [{ key: 'team', value: 'ops' }],
    });
    expect((await roles().getRole({ roleId })).roleInfo).toMatchObject({
      roleId,
      roleName: 'ops',
      policyDocument: OWN_ACCOUNT,
      description: 'operations',
      sessionDuration: 7_200,
      roleArn: `qcs::cam::uin/${ROOT_UIN}:roleName/ops`,
      tags: [{ key: 'team', value: 'ops' }],
      boundaryPolicyId: '0',
    });
  });

  it('is decided with the tags of the request', async () => {
    const condition = { 'for_any_value:string_equal': { 'qcs:request_tag': 'team&ops' } };
    const { token } = await fixture.user([allow('cam:CreateRole', '*', condition)]);
    const create = (roleName: string, value: string) =>
      roles(token).createRole({ roleName, policyDocument: OWN_ACCOUNT, tags: [{ key: 'team', value }] });
    await create('tagged', 'ops');
    expect(await refusalOf(create('otherwise', 'dev'))).toMatchObject({ kind: 'denied' });
  });

  const trust = { policyDocument: OWN_ACCOUNT };
  const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: 'v' }));
  it.each([
    ['InvalidParameter.ParamError', { ...trust, roleName: '' }],
    ['InvalidParameter.ParamError', { ...trust, roleName: 'no blanks' }],
    ['InvalidParameter.ParamError', { ...trust, roleName: 'x'.repeat(129) }],
    ['InvalidParameter.ParamError', { ...trust, roleName: 'r', sessionDuration: 43_201 }],
    ['InvalidParameter.DescriptionLengthOverlimit', { ...trust, roleName: 'r', description: 'x'.repeat(301) }],
    ['InvalidParameterValue.LimitExceeded', { ...trust, roleName: 'r', tags: tags(51) }],
    ['InvalidParameter.PolicyDocumentError', { roleName: 'r', policyDocument: '' }],
    [
      'InvalidParameter.PrincipalError',
      { roleName: 'r', policyDocument: OWN_ACCOUNT.replace(/"principal":.*?},/, '') },
    ],
    [
      'InvalidParameter.PrincipalQcsError',
      { roleName: 'r', policyDocument: OWN_ACCOUNT.replace('qcs::cam', 'qcs::tat') },
    ],
  ])('refuses with %s: %o', async (reason, request) => {
    expect(await refusalOf(roles().createRole(request))).toMatchObject({ kind: 'invalid', reason });
  });

  it('takes names of 128 characters and sessions of 12 hours, and no name twice', async () => {
    const role = { ...trust, roleName: 'n'.repeat(128), sessionDuration: 43_200 };
    await roles().createRole(role);
    expect(await refusalOf(roles().createRole(role))).toMatchObject({
      kind: 'conflict',
      reason: 'InvalidParameter.RoleNameInUse',
    });
  });

  it('keeps 1,000 roles of an account and not one more', async () => {
    const { totalNum } = await roles().describeRoleList({});
    await fixture.inStore((db) =>
      db
        .insertInto('role')
        .values(
          Array.from({ length: 999 - totalNum }, (_, i) => ({
            role_id: String(9_000_000 + i),
            account_uin: ROOT_UIN,
            name: `many${i}`,
            description: '',
            trust_document: OWN_ACCOUNT,
            session_seconds: 7_200,
            created_at: 0,
            updated_at: 0,
          })),
        )
        .execute(),
    );
    await makeRole(fixture);
    expect(await refusalOf(makeRole(fixture))).toMatchObject({
      kind: 'exhausted',
      reason: 'InvalidParameter.RoleFull',
    });
  });
});
