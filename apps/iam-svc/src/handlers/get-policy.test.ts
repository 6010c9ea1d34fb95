import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe('GetPolicy', () => {
  it('shows a policy with its document to whom a policy lets see it', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const reader = await fixture.user([allow('cam:GetPolicy', `qcs::cam:::policyid/${policyId}`)]);
    const { policy } = await fixture.iam(reader.token).getPolicy({ policyId });
    expect(JSON.parse(policy!.policyDocument)).toMatchObject({ statement: [{ action: 'tat:*' }] });
    const plain = await fixture.user();
    expect(await refusalOf(fixture.iam(plain.token).getPolicy({ policyId }))).toMatchObject({ kind: 'denied' });
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.PolicyIdNotFound', '999'],
  ])('refuses with %s the number %s', async (reason, policyId) => {
    expect((await refusalOf(fixture.iam().getPolicy({ policyId }))).reason).toBe(reason);
  });
});
