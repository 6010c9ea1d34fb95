import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
let policyId: string;
beforeAll(async () => {
  fixture = await startFixture();
  policyId = await fixture.policy([allow('tat:*')]);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('cvm:*')] });
const add = () => fixture.policies().createPolicyVersion({ policyId, policyDocument });
const kept = async () =>
  (await fixture.policies().listPolicyVersions({ policyId })).versions.map(({ versionId }) => versionId);
const remove = (...versionId: number[]) => fixture.policies().deletePolicyVersion({ policyId, versionId });

describe('DeletePolicyVersion', () => {
  it('deletes versions, all or none, but never the one in force', async () => {
    const { versionId: second } = await add();
    const { versionId: third } = await add();
    expect(await refusalOf(remove(second, 1))).toMatchObject({
      kind: 'conflict',
      reason: 'FailedOperation.PolicyVersionAlreadyDefault',
      details: { field: 'VersionId' },
    });
    expect(await refusalOf(remove(second, 99))).toMatchObject({
      kind: 'not_found',
      reason: 'ResourceNotFound.NotFound',
    });
    expect(await kept()).toEqual([third, second, 1]);
    await remove(second, third, second);
    expect(await kept()).toEqual([1]);
  });

  it('takes 1 to 5 of them', async () => {
    for (const bad of [[], [1, 2, 3, 4, 5, 6]]) {
      expect((await refusalOf(remove(...bad))).reason).toBe('InvalidParameterValue.LimitExceeded');
    }
    expect((await refusalOf(remove(95, 96, 97, 98, 99))).reason).toBe('ResourceNotFound.NotFound');
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.PolicyIdNotFound', '999'],
    ['InvalidParameter.PolicyIdError', '900000001'],
  ])('refuses with %s the policy %s', async (reason, id) => {
    const deleting = fixture.policies().deletePolicyVersion({ policyId: id, versionId: [1] });
    expect((await refusalOf(deleting)).reason).toBe(reason);
  });
});
