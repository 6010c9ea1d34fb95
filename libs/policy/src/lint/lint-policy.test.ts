import { readFileSync } from 'node:fs';
import { Refusal } from '@muster/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptPolicy, lintPolicy, PRESETS, parsePolicy } from '../index.ts';
import { COMMANDS, policyText, RULE } from './lint.test-support.ts';

describe('the linter', () => {
  it('tells of all faults at once, each with its place, in the order of the document', () => {
    const text = `{
  "version": "2.1",
  "statement": [
    {"effect": "Allow", "action": ["tat:RunCommand", "tat>X", 7], "resource": "command/1"},
    {"effect": "deny", "action": "tat:Run", "resource": "*", "not_action": 1,
     "condition": {"ip_equal": {"qcs:ip": ["10.0.0.1", "10.*"]}, "ip_like": {}}}
  ]
}`;
    const { findings, policy: read } = lintPolicy(text);
    expect(read).toBeUndefined();
    expect(findings.map(({ severity, code, path, line, column }) => [line, column, severity, code, path])).toEqual([
      [2, 14, 'error', 'InvalidParameter.VersionError', 'version'],
      [4, 16, 'error', 'InvalidParameter.EffectError', 'statement[0].effect'],
      [4, 54, 'error', 'InvalidParameter.ActionError', 'statement[0].action[1]'],
      [4, 63, 'error', 'InvalidParameter.ActionError', 'statement[0].action[2]'],
      [4, 79, 'error', 'InvalidParameter.ResourceQcsError', 'statement[0].resource'],
      [5, 34, 'error', 'InvalidParameter.ActionNotExist', 'statement[1].action'],
      [5, 62, 'error', 'InvalidParameter.StatementError', 'statement[1].not_action'],
      [6, 56, 'error', 'InvalidParameter.ConditionContentError', 'statement[1].condition.ip_equal.qcs:ip[1]'],
      [6, 66, 'error', 'InvalidParameter.ConditionTypeError', 'statement[1].condition.ip_like'],
    ]);
    expect(findings[2]!.message).toBe('statement[0].action[1] must be `*` or such as `tat:RunCommand`, was `tat>X`');
  });

  it('hands the policy back when there is no error, with warnings or without', () => {
    expect(lintPolicy(policyText(RULE))).toEqual({ policy: parsePolicy(policyText(RULE)), findings: [] });
    const broad = policyText({ effect: 'allow', action: '*', resource: '*' });
    expect(lintPolicy(broad)).toMatchObject({ policy: parsePolicy(broad), findings: [{ code: 'AllowsEverything' }] });
  });

  it('places what concerns the document as a whole nowhere', () => {
    const long = policyText({ ...RULE, action: `tat:${'x'.repeat(200)}` });
    expect(lintPolicy(long, { maxCharacters: 100 }).findings).toEqual([
      {
        severity: 'error',
        code: 'InvalidParameter.PolicyDocumentLengthOverLimit',
        message: `PolicyDocument must have at most 100 characters (white space not counted), has ${long.length}`,
        path: '',
        line: 0,
        column: 0,
      },
    ]);
  });

  it('warns from nine tenths of the limit on', () => {
    const text = policyText(RULE);
    const near = (maxCharacters: number) => lintPolicy(text, { maxCharacters }).findings.map(({ code }) => code);
    expect(near(text.length)).toEqual(['NearSizeLimit']);
    expect(near(Math.ceil(text.length / 0.9))).toEqual([]);
  });

  it('allows 4096 characters unless told otherwise', () => {
    const [finding] = lintPolicy(policyText({ ...RULE, resource: `qcs::tat:::${'x'.repeat(4096)}` })).findings;
    expect(finding).toMatchObject({ message: expect.stringContaining('at most 4096 characters') });
  });

  it('has no error to tell of the samples of the vendor, and a warning where they are wrong', () => {
    const file = new URL('../../scenarios/cam-vectors.json', import.meta.url);
    const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: { id: string; policies: object[] }[] };
    const found = vectors.flatMap(({ id, policies }) =>
      policies.flatMap((document) =>
        lintPolicy(JSON.stringify(document)).findings.map(({ severity, code }) => `${id} ${severity} ${code}`),
      ),
    );
    // vector 42 is about an action in the wrong case
    expect(found.filter((each) => each.includes('error'))).toEqual(['42 error InvalidParameter.ActionNotExist']);
    expect(found).toContain('14 warning MisspeltAction');
    expect(found).toContain('39 warning AliasAction');
    expect(found).toContain('57 warning LegacyRegion');
  });

  it('has nothing to tell of the presets, but that one allows everything', () => {
    const found = PRESETS.flatMap(({ name, document }) =>
      lintPolicy(document).findings.map(({ code }) => `${name} ${code}`),
    );
    expect(found).toEqual(['AdministratorAccess AllowsEverything']);
  });

  it('finds an error in exactly what cannot be parsed, whatever the bytes are, and never throws', () => {
    const pieces = fc.constantFrom('*', '*:*', 'tat:*', 'cvm:*', COMMANDS, '10.0.0.1', 'qcs:ip', 'x', '', '2020-01-01');
    const value = fc.oneof(pieces, fc.array(pieces, { maxLength: 3 }), fc.jsonValue({ maxDepth: 1 }));
    const condition = fc.dictionary(
      fc.constantFrom('ip_equal', 'string_like', 'date_less_than', 'x', 'null_equal'),
      fc.dictionary(fc.constantFrom('qcs:ip', 'qcs:tag/x', 'qcs:current_time', 'qcs:ip/x', 'y'), value),
    );
    const effect = fc.constantFrom('allow', 'deny', 'x');
    const statement = fc.record(
      { effect, action: value, resource: value, condition },
      { requiredKeys: ['effect', 'action', 'resource'] },
    );
    const text = fc.oneof(
      { weight: 9, arbitrary: fc.array(statement, { maxLength: 4 }).map(policyText) },
      { weight: 1, arbitrary: fc.oneof(fc.string(), fc.json()) },
    );
    fc.assert(
      fc.property(text, (each) => {
        const { policy: read, findings } = lintPolicy(each, { now: 0, maxCharacters: 1000 });
        const errors = findings.filter(({ severity }) => severity === 'error');
        expect(read === undefined).toBe(errors.length > 0);
        const beyondParsing = errors.filter(({ code }) => code !== 'InvalidParameter.ActionNotExist');
        try {
          parsePolicy(each, { maxCharacters: 1000 });
          expect(beyondParsing).toEqual([]);
        } catch (refusal) {
          if (!(refusal instanceof Refusal)) throw refusal;
          expect(beyondParsing.map(({ code }) => code)).toContain(refusal.reason);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a policy that is to be saved', () => {
  it('comes with what the linter warns of', () => {
    const alias = policyText({ ...RULE, action: 'tat:DescribeAutomationAgents' });
    expect(acceptPolicy(alias)).toMatchObject({ policy: parsePolicy(alias), warnings: [{ code: 'AliasAction' }] });
  });

  it('is refused for its first error, with line and column', () => {
    const text = JSON.stringify({ version: '2.0', statement: [{ ...RULE, action: ['tat:Run', 'tat:Ran'] }] }, null, 2);
    expect(() => acceptPolicy(text)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        reason: 'InvalidParameter.ActionNotExist',
        details: { field: 'PolicyDocument' },
        message: 'PolicyDocument statement[0].action[0] (line 7, column 9) must be an action of tat, was `tat:Run`',
      }),
    );
    expect(() => acceptPolicy(text, { maxCharacters: 20 })).toThrow('PolicyDocument must have at most 20 characters');
  });
});
