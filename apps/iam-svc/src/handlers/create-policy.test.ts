import { FindingSeverity, PolicyType } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, ROOT_UIN, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const document = (...statement: object[]) => JSON.stringify({ version: '2.0', statement });
const create = (policyName: string, policyDocument: string, description = '') =>
  fixture.iam().createPolicy({ policyName, policyDocument, description });

describe('CreatePolicy', () => {
  it('keeps the document as it was given', async () => {
    const policyDocument = `{ "version": "2.0",\n  "statement": { "effect": "allow", "action": "tat:*", "resource": "*" } }`;
    const { policyId } = await create('as-given', policyDocument, '说明');
    expect((await fixture.iam().getPolicy({ policyId })).policy).toMatchObject({
      policyId,
      policyName: 'as-given',
      description: '说明',
      policyDocument,
      version: 1,
    });
  });

  it.each([
    ['PolicyDocumentError', 'not json'],
    ['VersionError', '{"version":"1.0","statement":[]}'],
    ['EffectError', document({ ...allow('tat:*'), effect: 'Allow' })],
    ['ActionError', document(allow('tat>DeleteCommand'))],
    ['ActionNotExist', document(allow('tat:InvokeNothing'))],
    ['ResourceQcsError', document(allow('tat:*', 'command/*'))],
    ['ResourceUinError', document(allow('tat:*', 'qcs::tat::uin/200000000002:command/*'))],
    ['ConditionTypeError', document(allow('tat:*', '*', { ip_is: { 'qcs:ip': '10.0.0.1' } }))],
    ['ConditionContentError', document(allow('tat:*', '*', { ip_equal: { 'qcs:ip': '10.*.*.10/24' } }))],
    ['PrincipalError', document({ ...allow('tat:*'), principal: '*' })],
  ])('refuses with %s', async (code, policyDocument) => {
    expect(await refusalOf(create('bad', policyDocument))).toMatchObject({
      kind: 'invalid',
      reason: `InvalidParameter.${code}`,
      details: { field: 'PolicyDocument' },
    });
  });

  it('saves what the linter only warns of, and says so with line and column', async () => {
    const policyDocument = `{\n  "version": "2.0",\n  "statement": { "effect": "allow", "action": "*", "resource": "*" }\n}`;
    const { policyId, warnings } = await create('everything', policyDocument);
    expect(warnings).toMatchObject([{ severity: FindingSeverity.WARNING, code: 'AllowsEverything', line: 3 }]);
    expect(warnings[0]!.column).toBeGreaterThan(0);
    const again = await fixture.iam().updatePolicy({ policyId, policyDocument });
    expect(again.warnings).toEqual(warnings);
    const version = await fixture.policies().createPolicyVersion({ policyId, policyDocument });
    expect(version.warnings).toEqual(warnings);
    expect((await create('quiet', document(allow('tat:DescribeCommands')))).warnings).toEqual([]);
  });

  it('takes 4,096 characters, white space not counted, and not one more', async () => {
    const named = (id: string) => document(allow('tat:DeleteCommand', `qcs::tat:::command/${id}`));
    const sized = (length: number) => named('x'.repeat(length - named('').length));
    await create('large', sized(4_096).replaceAll(',', ',\n    '));
    expect(await refusalOf(create('larger', sized(4_097)))).toMatchObject({
      reason: 'InvalidParameter.PolicyDocumentLengthOverLimit',
      message: expect.stringContaining('at most 4096 characters'),
    });
  });

  it('refuses a bad name, a long description and a name that is in use', async () => {
    const good = document(allow('tat:*'));
    await create('taken', good);
    expect((await refusalOf(create('no blanks', good))).reason).toBe('InvalidParameter.PolicyNameError');
    expect((await refusalOf(create('x', good, 'x'.repeat(301)))).reason).toBe(
      'InvalidParameter.DescriptionLengthOverlimit',
    );
    for (const inUse of ['taken', 'AdministratorAccess']) {
      expect(await refusalOf(create(inUse, good))).toMatchObject({
        kind: 'conflict',
        reason: 'FailedOperation.PolicyNameInUse',
      });
    }
  });

  it('sets tags, by which the decision may go', async () => {
    const onTeam = { string_equal: { 'qcs:request_tag/team': 'ops' } };
    const { token } = await fixture.user([allow('cam:CreatePolicy', '*', onTeam)]);
    const make = (policyName: string, value: string) =>
      fixture.iam(token).createPolicy({
        policyName,
        policyDocument: document(allow('tat:*')),
        tags: [{ key: 'team', value }],
      });
    const { policyId } = await make('of-ops', 'ops');
    expect((await fixture.iam().getPolicy({ policyId })).policy).toMatchObject({
      tags: [{ key: 'team', value: 'ops' }],
    });
    expect(await refusalOf(make('of-dev', 'dev'))).toMatchObject({ kind: 'denied' });
    const reserved = { policyName: 'reserved', policyDocument: document(allow('tat:*')) };
    expect(
      await refusalOf(fixture.iam().createPolicy({ ...reserved, tags: [{ key: 'qcs:team', value: 'ops' }] })),
    ).toMatchObject({ kind: 'invalid', details: { field: 'Tags.Key' } });
  });

  it('keeps 1,500 policies of an account and not one more', async () => {
    const { totalNum } = await fixture.iam().listPolicies({ scope: PolicyType.CUSTOM });
    await fixture.inStore((db) =>
      db
        .insertInto('policy')
        .values(
          Array.from({ length: 1_499 - totalNum }, (_, i) => ({
            policy_id: 1_000_000 + i,
            account_uin: ROOT_UIN,
            policy_name: `many${i}`,
            description: '',
            version: 1,
            created_at: 0,
            updated_at: 0,
          })),
        )
        .execute(),
    );
    await create('the-last', document(allow('tat:*')));
    expect(await refusalOf(create('too-many', document(allow('tat:*'))))).toMatchObject({
      kind: 'exhausted',
      reason: 'FailedOperation.PolicyFull',
    });
  });
});
