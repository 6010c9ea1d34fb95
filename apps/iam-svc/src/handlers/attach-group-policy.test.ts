import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
let attachGroupId: string;
beforeAll(async () => {
  fixture = await startFixture();
  attachGroupId = (await fixture.groups().createGroup({ groupName: 'g' })).groupId;
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('AttachGroupPolicy', () => {
  it('attaches customs and presets, and changes nothing the second time', async () => {
    const custom = await fixture.policy([allow('tat:*')]);
    for (const policyId of [custom, '900000001']) {
      await fixture.groups().attachGroupPolicy({ policyId, attachGroupId });
    }
    const revision = () => fixture.inStore((db) => db.selectFrom('account').select('revision').executeTakeFirst());
    const before = await revision();
    await fixture.groups().attachGroupPolicy({ policyId: custom, attachGroupId });
    expect(await revision()).toEqual(before);
    const { list } = await fixture.groups().listAttachedGroupPolicies({ targetGroupId: attachGroupId });
    expect(list.map(({ policyId }) => policyId)).toEqual([custom, '900000001']);
  });

  it('needs a right to both, the policy and the group', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const both = [`qcs::cam:::policyid/${policyId}`, `qcs::cam:::groupid/${attachGroupId}`];
    for (const half of both) {
      const { token } = await fixture.user([allow('cam:AttachGroupPolicy', half)]);
      const attaching = fixture.groups(token).attachGroupPolicy({ policyId, attachGroupId });
      expect(await refusalOf(attaching)).toMatchObject({ kind: 'denied' });
    }
    const { token } = await fixture.user([allow('cam:AttachGroupPolicy', both)]);
    await fixture.groups(token).attachGroupPolicy({ policyId, attachGroupId });
  });

  it.each([
    ['MissingParameter', { policyId: '1' }],
    ['MissingParameter', { attachGroupId: '1' }],
    ['ResourceNotFound.PolicyIdNotFound', { policyId: '999', attachGroupId: '1' }],
    ['ResourceNotFound.GroupNotExist', { policyId: '900000001', attachGroupId: '999' }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.groups().attachGroupPolicy(request))).reason).toBe(reason);
  });

  it('attaches 200 policies to a group and not one more', async () => {
    const { groupId } = await fixture.groups().createGroup({ groupName: 'full' });
    await fixture.inStore((db) =>
      db
        .insertInto('attachment')
        .values(
          Array.from({ length: 199 }, (_, i) => ({
            account_uin: ROOT_UIN,
            target_kind: 'group' as const,
            target_id: groupId,
            policy_id: 10_000 + i,
            attached_at: 0,
          })),
        )
        .execute(),
    );
    await fixture.groups().attachGroupPolicy({ policyId: '900000001', attachGroupId: groupId });
    expect(
      await refusalOf(fixture.groups().attachGroupPolicy({ policyId: '900000002', attachGroupId: groupId })),
    ).toMatchObject({ kind: 'exhausted', reason: 'InvalidParameter.AttachmentFull' });
  });
});
