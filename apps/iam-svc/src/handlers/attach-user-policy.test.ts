import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';
import { addOtherAccount, OTHER, RECIPIENT_UIN } from '../../tests/other-account.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
  await addOtherAccount(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('AttachUserPolicy', () => {
  it('changes nothing the second time', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const { uin: attachUin } = await fixture.user();
    await fixture.iam().attachUserPolicy({ policyId, attachUin });
    const revision = () => fixture.inStore((db) => db.selectFrom('account').select('revision').executeTakeFirst());
    const before = await revision();
    await fixture.iam().attachUserPolicy({ policyId, attachUin });
    expect(await revision()).toEqual(before);
    expect(await fixture.iam().listAttachedUserPolicies({ targetUin: attachUin })).toMatchObject({ totalNum: 1 });
  });

  it('attaches presets, which count from the next call on', async () => {
    const { uin: attachUin, token } = await fixture.user();
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length > 0;
    expect(await seen()).toBe(false);
    await fixture.iam().attachUserPolicy({ policyId: '900000007', attachUin });
    expect(await seen()).toBe(true);
  });

  it('attaches to collaborators, in this account alone', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    await fixture.iam().attachUserPolicy({ policyId, attachUin: OTHER.accountUin });
    const { list } = await fixture.iam().listAttachedUserPolicies({ targetUin: OTHER.accountUin });
    expect(list).toMatchObject([{ policyId, attachments: 1 }]);
    await fixture.iam().detachUserPolicy({ policyId, detachUin: OTHER.accountUin });
    expect(await fixture.iam().listAttachedUserPolicies({ targetUin: OTHER.accountUin })).toMatchObject({
      totalNum: 0,
    });
  });

  it('goes by the tags of both', async () => {
    const tags = [{ key: 'team', value: 'ops' }];
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('tat:*')] });
    const { policyId } = await fixture.iam().createPolicy({ policyName: 'of-ops', policyDocument, tags });
    const { uin: attachUin } = await fixture.iam().addUser({ name: 'of-ops', tags });
    const { token } = await fixture.user([
      allow('cam:AttachUserPolicy', '*', { string_equal: { 'qcs:resource_tag/team': 'ops' } }),
    ]);
    const untagged = await fixture.user();
    for (const request of [
      { policyId, attachUin: untagged.uin },
      { policyId: '900000008', attachUin },
    ]) {
      expect(await refusalOf(fixture.iam(token).attachUserPolicy(request))).toMatchObject({ kind: 'denied' });
    }
    await fixture.iam(token).attachUserPolicy({ policyId, attachUin });
  });

  it('needs a right to both, the policy and the user', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const { uin: attachUin } = await fixture.user();
    const policy = `qcs::cam:::policyid/${policyId}`;
    for (const half of [policy, `qcs::cam:::uin/${attachUin}`]) {
      const { token } = await fixture.user([allow('cam:AttachUserPolicy', half)]);
      expect(await refusalOf(fixture.iam(token).attachUserPolicy({ policyId, attachUin }))).toMatchObject({
        kind: 'denied',
      });
      // leaving one of them out is no way around it
      expect(await refusalOf(fixture.iam(token).attachUserPolicy({ policyId }))).toMatchObject({
        kind: half === policy ? 'invalid' : 'denied',
      });
    }
    const { token } = await fixture.user([allow('cam:AttachUserPolicy', [policy, `qcs::cam:::uin/${attachUin}`])]);
    await fixture.iam(token).attachUserPolicy({ policyId, attachUin });
  });

  it.each([
    ['MissingParameter', { policyId: '1' }],
    ['MissingParameter', { attachUin: '1' }],
    ['MissingParameter', {}],
    ['ResourceNotFound.PolicyIdNotFound', { policyId: '999', attachUin: '1' }],
    ['ResourceNotFound.UserNotExist', { policyId: '1', attachUin: '999' }],
    ['ResourceNotFound.UserNotExist', { policyId: '1', attachUin: ROOT_UIN }],
    ['ResourceNotFound.UserNotExist', { policyId: '1', attachUin: RECIPIENT_UIN }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.iam().attachUserPolicy(request))).reason).toBe(reason);
  });

  it('attaches 200 policies to a user and not one more', async () => {
    const { uin } = await fixture.user();
    await fixture.inStore(async (db) => {
      const numbers = Array.from({ length: 199 }, (_, i) => 10_000 + i);
      const policy = { account_uin: ROOT_UIN, description: '', version: 1, created_at: 0, updated_at: 0 };
      await db
        .insertInto('policy')
        .values(numbers.map((policy_id) => ({ ...policy, policy_id, policy_name: `many${policy_id}` })))
        .execute();
      await db
        .insertInto('attachment')
        .values(
          numbers.map((policy_id) => ({
            account_uin: ROOT_UIN,
            target_kind: 'user' as const,
            target_id: uin,
            policy_id,
            attached_at: 0,
          })),
        )
        .execute();
    });
    const [last, tooMany] = [await fixture.policy([allow('tat:*')]), await fixture.policy([allow('tat:*')])];
    await fixture.iam().attachUserPolicy({ policyId: last, attachUin: uin });
    expect(await refusalOf(fixture.iam().attachUserPolicy({ policyId: tooMany, attachUin: uin }))).toMatchObject({
      kind: 'exhausted',
      reason: 'InvalidParameter.AttachmentFull',
    });
  });
});
