import { AnalysisService, FindingSeverity } from '@muster/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, type Fixture, refusalOf, startFixture } from '../../tests/fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const analysis = (token = fixture.root.token) => fixture.client(AnalysisService, token);
const documentOf = (...statement: object[]) => JSON.stringify({ version: '2.0', statement }, undefined, 2);

describe('LintPolicy', () => {
  it('says what is wrong with a document and where, and saves nothing', async () => {
    const policyDocument = documentOf(allow(['tat:RunComand', 'tat:RunCommand']), {
      ...allow('tat:*'),
      effect: 'Deny',
    });
    const { findings } = await analysis().lintPolicy({ policyDocument });
    expect(findings.map(({ severity, code, line, path }) => ({ severity, code, line, path }))).toEqual(
      expect.arrayContaining([
        {
          severity: FindingSeverity.ERROR,
          code: 'InvalidParameter.ActionNotExist',
          line: 7,
          path: 'statement[0].action[0]',
        },
        {
          severity: FindingSeverity.ERROR,
          code: 'InvalidParameter.EffectError',
          line: 14,
          path: 'statement[1].effect',
        },
      ]),
    );
    expect(findings.every(({ column, message }) => column > 0 && message !== '')).toBe(true);
  });

  it('warns of windows that are over by the service’s own clock', async () => {
    const until = (day: string) => documentOf(allow('tat:*', '*', { date_less_than: { 'qcs:current_time': day } }));
    const codes = async (policyDocument: string) =>
      (await analysis().lintPolicy({ policyDocument })).findings.map(({ code }) => code);
    expect(await codes(until('2025-01-01'))).toContain('PastWindow');
    expect(await codes(until('2027-01-01'))).not.toContain('PastWindow');
  });

  it('knows trust policies, other accounts and the limit of characters', async () => {
    const trusting = {
      effect: 'allow',
      action: 'sts:AssumeRole',
      principal: { qcs: ['qcs::cam::uin/100000000001:root'] },
    };
    const lint = async (request: { policyDocument: string; trust?: boolean }) =>
      (await analysis().lintPolicy(request)).findings.filter(({ severity }) => severity === FindingSeverity.ERROR);
    expect(await lint({ policyDocument: documentOf(trusting), trust: true })).toEqual([]);
    expect((await lint({ policyDocument: documentOf(trusting) })).map(({ code }) => code)).toContain(
      'InvalidParameter.PrincipalError',
    );
    expect(await lint({ policyDocument: documentOf(allow('tat:*', 'qcs::tat::uin/200000000002:*')) })).toMatchObject([
      { code: 'InvalidParameter.ResourceUinError' },
    ]);
    expect(await lint({ policyDocument: documentOf(allow(`tat:${'a'.repeat(5_000)}`)) })).toMatchObject([
      { code: 'InvalidParameter.PolicyDocumentLengthOverLimit', line: 0 },
    ]);
  });

  it('needs a right', async () => {
    const { token } = await fixture.user([allow('tat:*')]);
    expect(await refusalOf(analysis(token).lintPolicy({ policyDocument: '{}' }))).toMatchObject({ kind: 'denied' });
  });
});
