import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
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
