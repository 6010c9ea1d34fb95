import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('SetDefaultPolicyVersion', () => {
  it('puts a version in force with the next call, and back again', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('cam:ListUsers')] });
    await fixture.policies().createPolicyVersion({ policyId, policyDocument });
    const { uin: attachUin, token } = await fixture.user();
    await fixture.iam().attachUserPolicy({ policyId, attachUin });
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length > 0;
    expect(await seen()).toBe(false);
    await fixture.policies().setDefaultPolicyVersion({ policyId, versionId: 2 });
    expect(await seen()).toBe(true);
    await fixture.policies().setDefaultPolicyVersion({ policyId, versionId: 1 });
    expect(await seen()).toBe(false);
  });

  it.each([
    ['MissingParameter', '0', 1],
    ['MissingParameter', '1', 0],
    ['ResourceNotFound.PolicyIdNotFound', '999', 1],
    ['ResourceNotFound.NotFound', '1', 9],
    ['FailedOperation.PolicyVersionAlreadyDefault', '1', 1],
    ['InvalidParameter.PolicyIdError', '900000001', 1],
  ])('refuses with %s policy %s version %i', async (reason, policyId, versionId) => {
    expect((await refusalOf(fixture.policies().setDefaultPolicyVersion({ policyId, versionId }))).reason).toBe(reason);
  });
});
