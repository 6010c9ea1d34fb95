import { PolicyType, RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';
import { makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

describe('ListAttachedRolePolicies', () => {
  it('lists in pages, without documents', async () => {
    const { roleId, roleName } = await makeRole(fixture, [allow('tat:*')]);
    await roles().attachRolePolicy({ attachRoleId: roleId, policyName: 'AdministratorAccess' });
    const page = await roles().listAttachedRolePolicies({ roleName, rp: 1, page: 2 });
    expect(page).toMatchObject({
      totalNum: 2,
      list: [{ policyName: 'AdministratorAccess', attachments: 1, policyDocument: '' }],
    });
  });

  it('lists those of one type, by a part of the name', async () => {
    const { roleName } = await makeRole(fixture, [allow('tat:*')]);
    await roles().attachRolePolicy({ attachRoleName: roleName, policyName: 'AdministratorAccess' });
    const count = async (request: object) =>
      (await roles().listAttachedRolePolicies({ roleName, ...request })).totalNum;
    expect(await count({})).toBe(2);
    expect(await count({ policyType: PolicyType.CUSTOM })).toBe(1);
    expect(await count({ policyType: PolicyType.CUSTOM, keyword: 'administrator' })).toBe(0);
    expect(await count({ keyword: 'administrator' })).toBe(1);
  });

  it('needs a right to the role', async () => {
    const { roleId } = await makeRole(fixture);
    const { token } = await fixture.user([allow('cam:GetRole')]);
    expect(await refusalOf(roles(token).listAttachedRolePolicies({ roleId }))).toMatchObject({ kind: 'denied' });
  });
});
