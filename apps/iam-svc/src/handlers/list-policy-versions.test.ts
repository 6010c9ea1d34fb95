import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ListPolicyVersions', () => {
  it('lists versions newest first and says which is in force, without their documents', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('cvm:*')] });
    for (const setAsDefault of [true, false]) {
      await fixture.policies().createPolicyVersion({ policyId, policyDocument, setAsDefault });
    }
    const { versions } = await fixture.policies().listPolicyVersions({ policyId });
    expect(versions.map((one) => [one.versionId, one.isDefaultVersion, one.document])).toEqual([
      [3, false, ''],
      [2, true, ''],
      [1, false, ''],
    ]);
    const preset = await fixture.policies().listPolicyVersions({ policyId: '900000003' });
    expect(preset.versions).toMatchObject([{ versionId: 1, isDefaultVersion: true }]);
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.PolicyIdNotFound', '999'],
  ])('refuses with %s the policy %s', async (reason, policyId) => {
    expect((await refusalOf(fixture.policies().listPolicyVersions({ policyId }))).reason).toBe(reason);
  });
});
