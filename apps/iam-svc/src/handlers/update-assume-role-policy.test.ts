import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { assume, makeRole, OWN_ACCOUNT, trusting } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

describe('UpdateAssumeRolePolicy', () => {
  it('changes who may take the role on; sessions that are open stay', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow('cam:ListUsers')]);
    const open = await assume(fixture, user.token, role);
    const nobody = trusting(`qcs::cam::uin/${ROOT_UIN}:uin/1`);
    await roles().updateAssumeRolePolicy({ roleName: role.roleName, policyDocument: nobody });
    expect((await roles().getRole({ roleId: role.roleId })).roleInfo?.policyDocument).toBe(nobody);
    expect(await refusalOf(assume(fixture, user.token, role))).toMatchObject({ kind: 'denied' });
    await fixture.iam(open).listUsers({});
  });

  it('refuses what is no trust policy, and whoever may not', async () => {
    const { roleId } = await makeRole(fixture);
    expect((await refusalOf(roles().updateAssumeRolePolicy({ roleId, policyDocument: '{}' }))).reason).toBe(
      'InvalidParameter.VersionError',
    );
    const { token } = await fixture.user([allow('cam:GetRole')]);
    const change = roles(token).updateAssumeRolePolicy({ roleId, policyDocument: OWN_ACCOUNT });
    expect(await refusalOf(change)).toMatchObject({ kind: 'denied' });
  });
});
