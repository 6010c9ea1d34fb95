import { RoleService } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { makeRole } from '../../tests/roles.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const roles = (token = fixture.root.token) => fixture.client(RoleService, token);

describe('GetRole', () => {
  it('finds a role by its id, by its name, or by both', async () => {
    const { roleId, roleName } = await makeRole(fixture);
    for (const naming of [{ roleId }, { roleName }, { roleId, roleName }]) {
      expect((await roles().getRole(naming)).roleInfo).toMatchObject({ roleId, roleName });
    }
  });

  it('refuses a role that is not named, not named right, or not there', async () => {
    const [{ roleId }, other] = [await makeRole(fixture), await makeRole(fixture)];
    for (const [naming, reason] of [
      [{}, 'MissingParameter'],
      [{ roleId: 'one' }, 'InvalidParameter.ParamError'],
      [{ roleName: 'no blanks' }, 'InvalidParameter.ParamError'],
      [{ roleId, roleName: other.roleName }, 'InvalidParameter.ParamError'],
      [{ roleId: '999' }, 'ResourceNotFound.RoleNotFound'],
      [{ roleName: 'nobody' }, 'ResourceNotFound.RoleNotFound'],
    ] as const) {
      expect((await refusalOf(roles().getRole(naming))).reason).toBe(reason);
    }
  });

  it.each(['role', 'roleName'])(
    'is allowed, and denied, by a policy on %s/…, however the role is named',
    async (form) => {
      const { roleId, roleName } = await makeRole(fixture);
      const resource = `qcs::cam:::${form}/${form === 'role' ? roleId : roleName}`;
      const allowed = await fixture.user([allow('cam:GetRole', resource)]);
      const denied = await fixture.user([allow('cam:*'), { ...allow('cam:GetRole', resource), effect: 'deny' }]);
      for (const naming of [{ roleId }, { roleName }, { roleId, roleName }]) {
        await roles(allowed.token).getRole(naming);
        expect(await refusalOf(roles(denied.token).getRole(naming))).toMatchObject({ kind: 'denied' });
      }
      const other = await makeRole(fixture);
      expect(await refusalOf(roles(allowed.token).getRole(other))).toMatchObject({ kind: 'denied' });
      await roles(denied.token).getRole({ roleName: other.roleName });
    },
  );

  it('is decided with the tags of the role, however it is named', async () => {
    const { roleId, roleName } = await makeRole(fixture, [], { tags: [{ key: 'team', value: 'ops' }] });
    const condition = { 'for_any_value:string_equal': { 'qcs:resource_tag': 'team&ops' } };
    const { token } = await fixture.user([allow('cam:GetRole', '*', condition)]);
    for (const naming of [{ roleId }, { roleName }]) await roles(token).getRole(naming);
    expect(await refusalOf(roles(token).getRole({ roleId: (await makeRole(fixture)).roleId }))).toMatchObject({
      kind: 'denied',
    });
  });

  it('says the same about a role that may not be seen as about one that is not there', async () => {
    const { token } = await fixture.user();
    const { roleName } = await makeRole(fixture);
    const [there, notThere] = await Promise.all(
      [roleName, roleName.replace(/./g, 'x')].map((name) => refusalOf(roles(token).getRole({ roleName: name }))),
    );
    expect(there).toMatchObject({ kind: 'denied', reason: notThere!.reason });
    expect(there!.details.resource).toBe(`qcs::cam::uin/${ROOT_UIN}:roleName/${roleName}`);
  });
});
