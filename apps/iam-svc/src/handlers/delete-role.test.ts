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

describe('DeleteRole', () => {
  it('ends its sessions, and takes its policies and tags with it', async () => {
    const user = await fixture.user([allow('sts:AssumeRole')]);
    const role = await makeRole(fixture, [allow('cam:*')], { tags: [{ key: 'k', value: 'v' }] });
    const token = await assume(fixture, user.token, role);
    await fixture.iam(token).listUsers({});
    await roles().deleteRole({ roleName: role.roleName });
    expect(await refusalOf(fixture.iam(token).listUsers({}))).toMatchObject({ kind: 'unauthenticated' });
    expect((await refusalOf(roles().getRole(role))).reason).toBe('ResourceNotFound.RoleNotFound');
    const left = await fixture.inStore(async (db) => [
      ...(await db.selectFrom('attachment').selectAll().where('target_id', '=', role.roleId).execute()),
      ...(await db.selectFrom('tag').selectAll().where('resource_id', '=', role.roleId).execute()),
      ...(await db.selectFrom('token').selectAll().where('role_id', '=', role.roleId).execute()),
    ]);
    expect(left).toEqual([]);
  });

  it('needs a right to the role', async () => {
    const { roleId } = await makeRole(fixture);
    const { token } = await fixture.user([allow('cam:DeleteRole', 'qcs::cam:::role/1')]);
    expect(await refusalOf(roles(token).deleteRole({ roleId }))).toMatchObject({ kind: 'denied' });
    await roles().getRole({ roleId });
  });
});
