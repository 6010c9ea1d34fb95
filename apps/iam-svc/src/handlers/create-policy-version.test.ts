import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const document = (...statement: object[]) => JSON.stringify({ version: '2.0', statement });
const version = (policyId: string, policyDocument: string, setAsDefault = false) =>
  fixture.policies().createPolicyVersion({ policyId, policyDocument, setAsDefault });
const inForce = async (policyId: string) => (await fixture.iam().getPolicy({ policyId })).policy!;

describe('CreatePolicyVersion', () => {
  it('saves a document that is not in force, or puts it in force at once', async () => {
    const { uin: attachUin, token } = await fixture.user();
    const policyId = await fixture.policy([allow('tat:*')]);
    await fixture.iam().attachUserPolicy({ policyId, attachUin });
    const seen = async () => (await fixture.iam(token).listUsers({})).data.length > 0;
    const policyDocument = document(allow('cam:ListUsers'));
    expect(await version(policyId, policyDocument)).toMatchObject({ versionId: 2 });
    expect((await inForce(policyId)).version).toBe(1);
    expect(await seen()).toBe(false);
    expect(await version(policyId, policyDocument, true)).toMatchObject({ versionId: 3 });
    expect(await inForce(policyId)).toMatchObject({ version: 3, policyDocument });
    expect(await seen()).toBe(true);
  });

  it('keeps 5 versions and not one more', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    for (let i = 2; i <= 5; i++) await version(policyId, document(allow('tat:*')));
    expect(await refusalOf(version(policyId, document(allow('tat:*'))))).toMatchObject({
      kind: 'exhausted',
      reason: 'FailedOperation.PolicyVersionFull',
      message: 'a policy may have 5 versions, and there are 5',
    });
  });

  it('never gives a number again', async () => {
    const policyId = await fixture.policy([allow('tat:*')]);
    const { versionId } = await version(policyId, document(allow('tat:*')));
    await fixture.policies().deletePolicyVersion({ policyId, versionId: [versionId] });
    expect((await version(policyId, document(allow('tat:*')))).versionId).toBe(versionId + 1);
  });

  it('is decided on the policy that it names', async () => {
    const [policyId, other] = [await fixture.policy([allow('tat:*')]), await fixture.policy([allow('tat:*')])];
    const { token } = await fixture.user([allow('cam:CreatePolicyVersion', `qcs::cam:::policyid/${policyId}`)]);
    const policyDocument = document(allow('tat:*'));
    await fixture.policies(token).createPolicyVersion({ policyId, policyDocument });
    expect(
      await refusalOf(fixture.policies(token).createPolicyVersion({ policyId: other, policyDocument })),
    ).toMatchObject({ kind: 'denied' });
  });

  it.each([
    ['MissingParameter', '0', document(allow('tat:*'))],
    ['ResourceNotFound.PolicyIdNotFound', '999', document(allow('tat:*'))],
    ['InvalidParameter.PolicyIdError', '900000001', document(allow('tat:*'))],
    ['InvalidParameter.VersionError', '1', '{}'],
    ['InvalidParameter.ResourceUinError', '1', document(allow('tat:*', 'qcs::tat::uin/200000000002:command/*'))],
  ])('refuses with %s case %#', async (reason, policyId, policyDocument) => {
    expect((await refusalOf(version(policyId, policyDocument))).reason).toBe(reason);
  });
});
