import { PolicyType } from '@muster/contract';
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

  it('shows a preset with its document, and without times', async () => {
    const { policy } = await fixture.iam().getPolicy({ policyId: '900000008' });
    expect(policy).toMatchObject({ policyName: 'AdministratorAccess', type: PolicyType.PRESET, version: 1 });
    expect(JSON.parse(policy!.policyDocument)).toMatchObject({ version: '2.0', statement: [{ effect: 'allow' }] });
    expect(policy).not.toHaveProperty('addTime');
    expect(policy).not.toHaveProperty('updateTime');
  });

  it.each([
    ['MissingParameter', '0'],
    ['ResourceNotFound.PolicyIdNotFound', '900000099'],
    ['ResourceNotFound.PolicyIdNotFound', '999'],
  ])('refuses with %s the number %s', async (reason, policyId) => {
    expect((await refusalOf(fixture.iam().getPolicy({ policyId }))).reason).toBe(reason);
  });
});
