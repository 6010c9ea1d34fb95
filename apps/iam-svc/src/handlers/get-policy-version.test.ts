import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetPolicyVersion', () => {
  it('shows the document of any version, in force or not', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    fixture.clock.ms += 1_000;
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('cvm:*')] });
    await fixture.policies().createPolicyVersion({ policyId, policyDocument });
    const reader = await fixture.user([allow('cam:GetPolicyVersion', `qcs::cam:::policyid/${policyId}`)]);
    const get = async (versionId: number) =>
      (await fixture.policies(reader.token).getPolicyVersion({ policyId, versionId })).policyVersion!;
    expect(await get(1)).toMatchObject({ versionId: 1, isDefaultVersion: true });
    const second = await get(2);
    expect(second).toMatchObject({ versionId: 2, isDefaultVersion: false, document: policyDocument });
    expect(timestampMs(second.createDate!)).toBe(fixture.clock.ms);
  });

  it('shows the one version of a preset', async () => {
    const { policyVersion } = await fixture.policies().getPolicyVersion({ policyId: '900000001', versionId: 1 });
    expect(policyVersion).toMatchObject({ isDefaultVersion: true, document: expect.stringContaining('tat:Run*') });
    expect(policyVersion).not.toHaveProperty('createDate');
  });

  it.each([
    ['MissingParameter', '0', 1],
    ['MissingParameter', '1', 0],
    ['ResourceNotFound.PolicyIdNotFound', '999', 1],
    ['ResourceNotFound.NotFound', '1', 9],
    ['ResourceNotFound.NotFound', '900000001', 2],
  ])('refuses with %s policy %s version %i', async (reason, policyId, versionId) => {
    expect((await refusalOf(fixture.policies().getPolicyVersion({ policyId, versionId }))).reason).toBe(reason);
  });
});
