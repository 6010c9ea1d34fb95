import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetUserPermissionBoundary', () => {
  it('shows the policy that bounds a user, or none', async () => {
    const { uin: targetUin, name } = await fixture.user();
    const get = async () => (await fixture.policies().getUserPermissionBoundary({ targetUin })).policy;
    expect(await get()).toBeUndefined();
    const policyId = await fixture.policy([allow('tat:*')]);
    await fixture.policies().putUserPermissionsBoundary({ targetUin, policyId });
    expect(await get()).toMatchObject({ policyId, policyDocument: expect.stringContaining('tat:*') });
    expect((await fixture.iam().getUser({ name })).user).toMatchObject({ boundaryPolicyId: policyId });
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.UserNotExist', '999'],
    ['ResourceNotFound.UserNotExist', ROOT_UIN],
  ])('refuses with %s the user %s', async (reason, targetUin) => {
    expect((await refusalOf(fixture.policies().getUserPermissionBoundary({ targetUin }))).reason).toBe(reason);
  });
});
