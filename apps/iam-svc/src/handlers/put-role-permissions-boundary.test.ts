import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';
import { assume, makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

describe('PutRolePermissionsBoundary', () => {
  it('bounds open sessions with the next call, until it is taken away', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow('cam:*')]);
    const token = await assume(fixture, user.token, role);
    const policyId = await fixture.policy([allow('cam:Get*')]);
    await fixture.iam(token).getUser({ name: user.name });
    await roles().putRolePermissionsBoundary({ roleId: role.roleId, policyId });
    expect((await roles().getRole({ roleId: role.roleId })).roleInfo?.boundaryPolicyId).toBe(policyId);
    expect((await roles().getRolePermissionBoundary({ roleName: role.roleName })).policy?.policyId).toBe(policyId);
    await fixture.iam(token).getUser({ name: user.name });
    expect(await refusalOf(fixture.iam(token).listAccessKeys({ targetUin: user.uin }))).toMatchObject({
      kind: 'denied',
    });
    await roles().deleteRolePermissionsBoundary({ roleName: role.roleName });
    await fixture.iam(token).listAccessKeys({ targetUin: user.uin });
    expect((await roles().getRolePermissionBoundary({ roleId: role.roleId })).policy).toBeUndefined();
  });

  it('takes presets, by name, and refuses policies that are not there', async () => {
    const { roleId } = await makeRole(fixture);
    await roles().putRolePermissionsBoundary({ roleId, policyName: 'QcloudTATFullAccess' });
    expect((await roles().getRolePermissionBoundary({ roleId })).policy?.policyName).toBe('QcloudTATFullAccess');
    expect((await refusalOf(roles().putRolePermissionsBoundary({ roleId, policyId: '999' }))).reason).toBe(
      'ResourceNotFound.PolicyIdNotFound',
    );
    expect((await refusalOf(roles().putRolePermissionsBoundary({ roleId }))).reason).toBe('MissingParameter');
  });

  it('needs a right to both; taking it away and seeing it need one to the role', async () => {
    const { roleId } = await makeRole(fixture);
    const { token } = await fixture.user([allow('cam:PutRolePermissionsBoundary', `qcs::cam:::role/${roleId}`)]);
    for (const call of [
      () => roles(token).putRolePermissionsBoundary({ roleId, policyName: 'AdministratorAccess' }),
      () => roles(token).deleteRolePermissionsBoundary({ roleId }),
      () => roles(token).getRolePermissionBoundary({ roleId }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ kind: 'denied' });
    }
  });
});
