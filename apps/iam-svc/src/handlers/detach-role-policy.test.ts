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

describe('DetachRolePolicy', () => {
  it('takes rights from open sessions with the next call; the second time changes nothing', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow('cam:ListUsers')]);
    const token = await assume(fixture, user.token, role);
    const [policy] = (await roles().listAttachedRolePolicies({ roleId: role.roleId })).list;
    expect((await fixture.iam(token).listUsers({})).data).not.toEqual([]);
    for (let i = 0; i < 2; i++) {
      await roles().detachRolePolicy({ detachRoleName: role.roleName, policyId: policy!.policyId });
    }
    expect((await fixture.iam(token).listUsers({})).data).toEqual([]);
    expect(await roles().listAttachedRolePolicies({ roleId: role.roleId })).toMatchObject({ totalNum: 0, list: [] });
  });

  it('needs a right to both, the policy and the role', async () => {
    const { roleId } = await makeRole(fixture);
    const { token } = await fixture.user([allow('cam:DetachRolePolicy', `qcs::cam:::role/${roleId}`)]);
    const detach = roles(token).detachRolePolicy({ detachRoleId: roleId, policyName: 'AdministratorAccess' });
    expect(await refusalOf(detach)).toMatchObject({ kind: 'denied' });
  });
});
