import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DeletePolicy', () => {
  it('deletes policies, detaches them and frees their names but not their numbers', async () => {
    const [one, two] = [await fixture.policy([allow('tat:*')]), await fixture.policy([allow('tat:*')])];
    const { uin: attachUin } = await fixture.user();
    await fixture.iam().attachUserPolicy({ policyId: one, attachUin });
    await fixture.iam().deletePolicy({ policyId: [one, two, one] });
    expect(await fixture.iam().listAttachedUserPolicies({ targetUin: attachUin })).toMatchObject({ totalNum: 0 });
    expect(Number(await fixture.policy([allow('tat:*')]))).toBeGreaterThan(Number(two));
  });

  it('deletes all or none', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    expect(await refusalOf(fixture.iam().deletePolicy({ policyId: [policyId, '999'] }))).toMatchObject({
      reason: 'ResourceNotFound.PolicyIdNotFound',
    });
    await fixture.iam().getPolicy({ policyId });
    const some = await fixture.user([allow('cam:DeletePolicy', `qcs::cam:::policyid/${policyId}`)]);
    const other = await fixture.policy([allow('tat:*')]);
    expect(await refusalOf(fixture.iam(some.token).deletePolicy({ policyId: [policyId, other] }))).toMatchObject({
      kind: 'denied',
    });
    await fixture.iam(some.token).deletePolicy({ policyId: [policyId] });
  });

  it('takes a policy from groups and roles too, with its tags', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    await fixture.iam().tagResources({
      resourceList: [`qcs::cam:::policyid/${policyId}`],
      tags: [{ key: 'team', value: 'ops' }],
    });
    const { groupId } = await fixture.groups().createGroup({ groupName: 'of-policy' });
    await fixture.groups().attachGroupPolicy({ policyId, attachGroupId: groupId });
    await fixture.iam().deletePolicy({ policyId: [policyId] });
    expect(await fixture.groups().listAttachedGroupPolicies({ targetGroupId: groupId })).toMatchObject({ totalNum: 0 });
    const left = await fixture.inStore((db) =>
      db.selectFrom('tag').selectAll().where('resource_kind', '=', 'policy').execute(),
    );
    expect(left).toEqual([]);
  });

  it('refuses what is somebody’s boundary, and presets', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const { uin: targetUin } = await fixture.user();
    await fixture.policies().putUserPermissionsBoundary({ targetUin, policyId });
    const deleting = () => fixture.iam().deletePolicy({ policyId: [policyId] });
    expect(await refusalOf(deleting())).toMatchObject({
      kind: 'conflict',
      reason: 'OperationDenied.PolicyIsBoundary',
      message: expect.stringContaining('1 users or roles'),
    });
    await fixture.policies().deleteUserPermissionsBoundary({ targetUin });
    await deleting();
    expect(await refusalOf(fixture.iam().deletePolicy({ policyId: ['900000001'] }))).toMatchObject({
      kind: 'invalid',
      reason: 'InvalidParameter.PolicyIdError',
    });
  });

  it('takes 1 to 100 of them', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, i) => String(1_000 + i));
    const reasonOf = async (policyId: string[]) => (await refusalOf(fixture.iam().deletePolicy({ policyId }))).reason;
    expect(await reasonOf(ids(100))).toBe('ResourceNotFound.PolicyIdNotFound');
    expect(await reasonOf(ids(101))).toBe('InvalidParameterValue.LimitExceeded');
    expect(await reasonOf([])).toBe('InvalidParameterValue.LimitExceeded');
  });
});
