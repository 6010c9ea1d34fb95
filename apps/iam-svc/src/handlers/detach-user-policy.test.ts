import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('DetachUserPolicy', () => {
  it('detaches, and changes nothing when it was not attached', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const { uin: detachUin } = await fixture.user();
    await fixture.iam().attachUserPolicy({ policyId, attachUin: detachUin });
    await fixture.iam().detachUserPolicy({ policyId, detachUin });
    expect(await fixture.iam().listAttachedUserPolicies({ targetUin: detachUin })).toMatchObject({ totalNum: 0 });
    await fixture.iam().detachUserPolicy({ policyId, detachUin });
  });

  it.each([
    ['MissingParameter', { policyId: '1' }],
    ['MissingParameter', { detachUin: '1' }],
    ['ResourceNotFound.PolicyIdNotFound', { policyId: '999', detachUin: '1' }],
    ['ResourceNotFound.UserNotExist', { policyId: '1', detachUin: '999' }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.iam().detachUserPolicy(request))).reason).toBe(reason);
  });
});
