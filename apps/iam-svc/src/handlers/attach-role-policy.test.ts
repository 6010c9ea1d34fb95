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

const attached = async (roleId: string) =>
  (await roles().listAttachedRolePolicies({ roleId })).list.map(({ policyName }) => policyName);

describe('AttachRolePolicy', () => {
  it('attaches customs and presets, by number or by name; the second time changes nothing', async () => {
    const { roleId, roleName } = await makeRole(fixture);
    const policyId = await fixture.policy([allow('tat:*')]);
    const { policyName } = (await fixture.iam().getPolicy({ policyId })).policy!;
    await roles().attachRolePolicy({ attachRoleName: roleName, policyName });
    await roles().attachRolePolicy({ attachRoleId: roleId, policyId });
    await roles().attachRolePolicy({ attachRoleId: roleId, policyName: 'QcloudTATReadOnlyAccess' });
    expect(await attached(roleId)).toEqual([policyName, 'QcloudTATReadOnlyAccess']);
  });

  it('needs a right to both, the policy and the role', async () => {
    const { roleId, roleName } = await makeRole(fixture);
    const policyId = await fixture.policy([allow('tat:*')]);
    const [policy, role] = [`qcs::cam:::policyid/${policyId}`, `qcs::cam:::roleName/${roleName}`];
    for (const half of [policy, role]) {
      const { token } = await fixture.user([allow('cam:AttachRolePolicy', half)]);
      const attach = roles(token).attachRolePolicy({ attachRoleId: roleId, policyId });
      expect(await refusalOf(attach)).toMatchObject({ kind: 'denied' });
    }
    const { token } = await fixture.user([allow('cam:AttachRolePolicy', [policy, role])]);
    await roles(token).attachRolePolicy({ attachRoleId: roleId, policyId });
  });

  it('refuses what is not named, not named right, or not there', async () => {
    const { roleId } = await makeRole(fixture);
    for (const [request, reason] of [
      [{ policyId: '900000001' }, 'MissingParameter'],
      [{ attachRoleId: roleId }, 'MissingParameter'],
      [{ attachRoleId: '999', policyId: '900000001' }, 'ResourceNotFound.RoleNotFound'],
      [{ attachRoleId: roleId, policyId: '999' }, 'ResourceNotFound.PolicyIdNotFound'],
      [{ attachRoleId: roleId, policyName: 'nothing' }, 'ResourceNotFound.PolicyIdNotFound'],
      [{ attachRoleId: roleId, policyId: '900000001', policyName: 'nothing' }, 'InvalidParameter.ParamError'],
    ] as const) {
      expect((await refusalOf(roles().attachRolePolicy(request))).reason).toBe(reason);
    }
  });

  it('attaches 200 policies to a role and not one more', async () => {
    const { roleId } = await makeRole(fixture);
    await fixture.inStore(async (db) => {
      const numbers = Array.from({ length: 199 }, (_, i) => 10_000 + i);
      const policy = { account_uin: ROOT_UIN, description: '', version: 1, created_at: 0, updated_at: 0 };
      const target = { account_uin: ROOT_UIN, target_kind: 'role' as const, target_id: roleId, attached_at: 0 };
      await db
        .insertInto('policy')
        .values(numbers.map((policy_id) => ({ ...policy, policy_id, policy_name: `many${policy_id}` })))
        .execute();
      await db
        .insertInto('attachment')
        .values(numbers.map((policy_id) => ({ ...target, policy_id })))
        .execute();
    });
    await roles().attachRolePolicy({ attachRoleId: roleId, policyId: await fixture.policy([allow('tat:*')]) });
    const more = roles().attachRolePolicy({ attachRoleId: roleId, policyName: 'AdministratorAccess' });
    expect(await refusalOf(more)).toMatchObject({ kind: 'exhausted', reason: 'InvalidParameter.AttachmentFull' });
  });
});
