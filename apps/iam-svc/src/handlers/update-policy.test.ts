import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const versionsOf = async (policyId: string) =>
  (await fixture.policies().listPolicyVersions({ policyId })).versions.map(({ versionId }) => versionId);

describe('UpdatePolicy', () => {
  it('changes the description alone, or puts a new document in force as a version of its own', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const read = async () => (await fixture.iam().getPolicy({ policyId })).policy!;
    const first = await read();
    fixture.clock.ms += 1_000;
    await fixture.iam().updatePolicy({ policyId, description: 'described' });
    const described = await read();
    expect(described).toMatchObject({ version: 1, description: 'described', policyDocument: first.policyDocument });
    expect(timestampMs(described.updateTime!)).toBe(fixture.clock.ms);
    expect(described.addTime).toEqual(first.addTime);

    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('cvm:*')] });
    for (let version = 2; version < 10; version++) await fixture.iam().updatePolicy({ policyId, policyDocument });
    expect(await read()).toMatchObject({ version: 9, description: 'described', policyDocument });
    expect(await versionsOf(policyId)).toEqual([9, 8, 7, 6, 5]);
  });

  it('makes room by the oldest version, but not by the one that was in force', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const policyDocument = JSON.stringify({ version: '2.0', statement: [allow('cvm:*')] });
    for (let version = 2; version <= 5; version++)
      await fixture.policies().createPolicyVersion({ policyId, policyDocument });
    await fixture.iam().updatePolicy({ policyId, policyDocument });
    expect(await versionsOf(policyId)).toEqual([6, 5, 4, 3, 1]);
  });

  it('takes a name for the number, and answers the number', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const { policyName } = (await fixture.iam().getPolicy({ policyId })).policy!;
    const updated = await fixture.iam().updatePolicy({ policyName, description: 'by name' });
    expect(updated.policyId).toBe(policyId);
    expect((await fixture.iam().getPolicy({ policyId })).policy!.description).toBe('by name');
    const other = { policyId, policyName: 'another', description: 'x' };
    expect((await refusalOf(fixture.iam().updatePolicy(other))).reason).toBe('InvalidParameter.ParamError');
    const stranger = fixture.iam((await fixture.user()).token);
    for (const name of [policyName, 'nobody has it']) {
      expect(await refusalOf(stranger.updatePolicy({ policyName: name, description: 'x' }))).toMatchObject({
        kind: 'denied',
      });
    }
  });

  it('leaves presets as they are', async () => {
    expect(await refusalOf(fixture.iam().updatePolicy({ policyId: '900000001', description: 'mine' }))).toMatchObject({
      kind: 'invalid',
      reason: 'InvalidParameter.PolicyIdError',
      message: expect.stringContaining('QcloudTATFullAccess'),
    });
  });

  it('leaves a policy as it was when the new document is bad', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const before = (await fixture.iam().getPolicy({ policyId })).policy;
    expect(await refusalOf(fixture.iam().updatePolicy({ policyId, policyDocument: '{}' }))).toMatchObject({
      reason: 'InvalidParameter.VersionError',
    });
    expect((await fixture.iam().getPolicy({ policyId })).policy).toEqual(before);
  });

  it('is decided on the policy that it names', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const editor = await fixture.user([allow('cam:UpdatePolicy', `qcs::cam:::policyid/${policyId}`)]);
    await fixture.iam(editor.token).updatePolicy({ policyId, description: 'mine' });
    const other = await fixture.policy([allow('tat:*')]);
    expect(
      await refusalOf(fixture.iam(editor.token).updatePolicy({ policyId: other, description: 'x' })),
    ).toMatchObject({ kind: 'denied', details: { action: 'cam:UpdatePolicy' } });
  });

  it.each([
    ['MissingParameter', { description: 'x' }],
    ['MissingParameter', { policyId: '1' }],
    ['ResourceNotFound.PolicyIdNotFound', { policyId: '999', description: 'x' }],
    ['ResourceNotFound.PolicyIdNotFound', { policyId: '18446744073709551615', description: 'x' }],
    ['InvalidParameter.DescriptionLengthOverlimit', { policyId: '1', description: 'x'.repeat(301) }],
  ])('refuses with %s %o', async (reason, request) => {
    expect((await refusalOf(fixture.iam().updatePolicy(request))).reason).toBe(reason);
  });
});
