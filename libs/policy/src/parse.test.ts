import { Refusal } from '@muster/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, type ParseOptions, parsePolicy, parseTrustPolicy } from './index.ts';

const rule = { effect: 'allow', action: 'tat:RunCommand', resource: '*' };
const policy = (statement: unknown) => JSON.stringify({ version: '2.0', statement });

function refusal(text: string, options?: ParseOptions, parse: (t: string, o?: ParseOptions) => unknown = parsePolicy) {
  try {
    parse(text, options);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // most cases are one line of JSON in which the column says nothing
    const message = error.message.replace(/ \(line 1, column \d+\)/, '');
    return { code: error.reason.replace('InvalidParameter.', ''), message };
  }
  return undefined;
}

const manyConditions = (count: number) => ({
  string_equal: Object.fromEntries(Array.from({ length: count }, (_, index) => [`qcs:tag/k${index}`, ['x']])),
});

describe('a policy document', () => {
  it('may write one value where a list is meant, a blank after the colon, and the name/ prefix', () => {
    const document = policy({
      ...rule,
      action: ['name/cvm:Describe*', 'cos: GetObject', '*:*'],
      resource: ' qcs::cvm:gz::* ',
      condition: {
        ' ip_equal ': { ' QCS:ip': '10.0.0.0/8' },
        'for_any_value:string_equal_if_exist': { 'qcs:tag/Team': [1] },
      },
    });
    expect(parsePolicy(document).statements).toEqual([
      {
        effect: 'allow',
        actions: ['cvm:Describe*', 'cos:GetObject', '*:*'],
        resources: ['qcs::cvm:gz::*'],
        conditions: [
          { quantifier: undefined, operator: 'ip_equal', ifExist: false, key: 'qcs:ip', values: ['10.0.0.0/8'] },
          { quantifier: 'any', operator: 'string_equal', ifExist: true, key: 'qcs:resource_tag/Team', values: ['1'] },
        ],
      },
    ]);
  });

  it('may hold several statements, and an empty condition', () => {
    expect(parsePolicy(policy([rule, { ...rule, condition: {} }])).statements).toHaveLength(2);
  });

  it.each([
    ['PolicyDocumentError', '', 'PolicyDocument must be JSON (RFC 7159): value expected, was ``'],
    ['PolicyDocumentError', '{"version":"2.0",}', 'property name expected, was `}`'],
    ['PolicyDocumentError', '[]', 'must be a JSON object, was `[]`'],
    ['PolicyDocumentError', 'null', 'was `null`'],
    [
      'PolicyDocumentError',
      '{"version":"2.0","Statement":[]}',
      'Statement must be one of version, principal, statement, was `Statement`',
    ],
    ['VersionError', '{"statement":[]}', 'version must be `"2.0"`, was `nothing`'],
    ['VersionError', '{"version":"3.0","statement":[]}', 'was `3.0`'],
    ['VersionError', '{"version":2.0,"statement":[]}', 'was `2`'],
    ['StatementError', '{"version":"2.0"}', 'statement must hold at least one statement, was `nothing`'],
    ['PrincipalError', '{"version":"2.0","principal":"*","statement":[]}', 'trust policy'],
  ])('is refused with %s: %j', (code, text, message) => {
    expect(refusal(text)).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each<[string, unknown, string]>([
    ['StatementError', [], 'was `[]`'],
    ['StatementError', [rule, 'x'], 'statement[1] must be an object, was `x`'],
    ['StatementError', { ...rule, not_action: 'tat:*' }, 'statement[0].not_action must be one of effect, action'],
    ['EffectError', [rule, { ...rule, effect: 'Allow' }], 'statement[1].effect must be allow or deny, was `Allow`'],
    ['EffectError', { ...rule, effect: undefined }, 'was `nothing`'],
    ['ActionMiss', { ...rule, action: undefined }, 'statement[0].action must name at least one action'],
    ['ActionMiss', { ...rule, action: [] }, 'was `[]`'],
    ['ActionError', { ...rule, action: 'tat>DeleteCommand' }, 'such as `tat:RunCommand`, was `tat>DeleteCommand`'],
    ['ActionError', { ...rule, action: 'TAT:RunCommand' }, 'was `TAT:RunCommand`'],
    ['ActionError', { ...rule, action: 'permid/280655' }, 'was `permid/280655`'],
    ['ActionError', { ...rule, action: ['tat:Run', 7] }, 'was `7`'],
    ['ActionError', { ...rule, action: 'tat:' }, 'was `tat:`'],
    ['ResourceError', { ...rule, resource: undefined }, 'statement[0].resource must name at least one'],
    ['ResourceError', { ...rule, resource: [] }, 'was `[]`'],
    ['ResourceError', { ...rule, resource: [null] }, 'must be text, was `null`'],
    ['ResourceQcsError', { ...rule, resource: 'command/*' }, 'six segments'],
    ['ResourceQcsError', { ...rule, resource: 'arn::tat:gz::command/*' }, 'was `arn::tat:gz::command/*`'],
    ['ResourceProjectError', { ...rule, resource: 'qcs:id/7:tat:gz::command/*' }, 'project segment'],
    ['ResourceServiceNotExist', { ...rule, resource: 'qcs::TAT:gz::command/*' }, 'lowercase service'],
    ['ResourceRegionError', { ...rule, resource: 'qcs::tat:ap-*::command/*' }, 'one region'],
    ['ResourceUinError', { ...rule, resource: 'qcs::tat:gz:$account:command/*' }, 'uin/<root uin>'],
    ['ResourceUinError', { ...rule, resource: 'qcs::tat:gz:uid/1250000000:command/*' }, 'uin/<root uin>'],
    ['ResourceContentError', { ...rule, resource: 'qcs::tat:gz::' }, 'must end in a resource'],
    ['ResourceContentError', { ...rule, resource: `qcs::tat:gz::x/\${user}` }, `uses \`\${user}\``],
    ['ResourceContentError', { ...rule, resource: `qcs::tat:gz::x/\${uin` }, `uses \`\${uin\``],
    ['ConditionError', { ...rule, condition: [] }, 'statement[0].condition must be an object of operators, was `[]`'],
    ['ConditionError', { ...rule, condition: { ip_equal: '10.0.0.1' } }, 'condition.ip_equal must be an object'],
    ['ConditionError', { ...rule, condition: { ip_equal: {} } }, 'was `{}`'],
    ['ConditionError', { ...rule, condition: { ip_equal: { ' ': '10.0.0.1' } } }, 'a condition key such as qcs:ip'],
    ['ConditionTypeError', { ...rule, condition: { ip_matches: { 'qcs:ip': 'x' } } }, 'was `ip_matches`'],
    ['ConditionTypeError', { ...rule, condition: { 'for_no_value:ip_equal': { 'qcs:ip': 'x' } } }, 'operator'],
    ['ConditionTypeError', { ...rule, condition: { 'toString:ip_equal': { 'qcs:ip': 'x' } } }, 'operator'],
    ['ConditionTypeError', { ...rule, condition: { numeric_equal: { 'qcs:resource_tag': 1 } } }, 'string operator'],
    ['ConditionTypeError', { ...rule, condition: { ip_equal: { 'QCS:Tag/ip': '10.0.0.1' } } }, 'string operator'],
    ['ConditionTypeError', { ...rule, condition: { date_equal: { 'qcs:create_uin': '2026-01-01' } } }, 'binary_equal'],
    ['ConditionTypeError', { ...rule, condition: { null_equal_if_exist: { 'qcs:ip': true } } }, 'operator'],
    ['ConditionTypeError', { ...rule, condition: { 'for_any_value:null_equal': { 'qcs:ip': true } } }, 'operator'],
    [
      'ConditionContentError',
      { ...rule, condition: { ip_equal: { 'qcs:ip': '10.*.*.10/24' } } },
      'condition.ip_equal.qcs:ip must be an IPv4 or IPv6 address or CIDR, was `10.*.*.10/24`',
    ],
    ['ConditionContentError', { ...rule, condition: { date_equal: { 'qcs:current_time': 'soon' } } }, 'ISO 8601'],
    ['ConditionContentError', { ...rule, condition: { numeric_equal: { n: ['1', 'x'] } } }, 'a number, was `x`'],
    ['ConditionContentError', { ...rule, condition: { bool_equal: { b: 'yes' } } }, 'true or false'],
    ['ConditionContentError', { ...rule, condition: { null_equal: { b: 'yes' } } }, 'true or false'],
    ['ConditionContentError', { ...rule, condition: { string_equal: { s: [] } } }, 'must have a value'],
    ['ConditionContentError', { ...rule, condition: { string_equal: { s: { x: 1 } } } }, 'was `{"x":1}`'],
    ['ConditionContentError', { ...rule, condition: { string_equal: { s: `\${user}` } } }, `uses \`\${user}\``],
    ['PrincipalError', { ...rule, principal: '*' }, 'statement[0].principal belongs into the trust policy'],
  ])('is refused with %s for the statement %j', (code, statement, message) => {
    expect(refusal(policy(statement))).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('names each element once, at every depth, whatever its spelling', () => {
    const twice = '{"version":"2.0","statement":[{"effect":"deny","effect":"allow","action":"*","resource":"*"}]}';
    expect(refusal(twice)).toMatchObject({ code: 'PolicyDocumentError', message: expect.stringContaining('`effect`') });
    expect(refusal(twice.replace('"deny","effect"', '"deny","\\u0065ffect"'))).toMatchObject({
      message: expect.stringContaining('names `effect` twice'),
    });
  });

  it('may name another account only when no account is given', () => {
    const foreign = policy({ ...rule, resource: 'qcs::tat::uin/200000000002:command/*' });
    expect(refusal(foreign)).toBeUndefined();
    expect(refusal(foreign, { account: '100000000001' })).toMatchObject({
      code: 'ResourceUinError',
      message: expect.stringContaining('`uin/100000000001`'),
    });
    expect(refusal(foreign, { account: '200000000002' })).toBeUndefined();
  });

  it('has at most as many characters as the caller says, white space not counted', () => {
    const padded = (length: number) => {
      const empty = policy({ ...rule, action: 'tat:' });
      return empty.replace('tat:', `tat:${'x'.repeat(length - empty.length)}`);
    };
    const limit = { maxCharacters: 4096 };
    expect(refusal(padded(4096), limit)).toBeUndefined();
    expect(refusal(padded(4096).replaceAll(',', ',\n  '), limit)).toBeUndefined();
    expect(refusal(padded(4097), limit)).toMatchObject({
      code: 'PolicyDocumentLengthOverLimit',
      message: 'PolicyDocument must have at most 4096 characters (white space not counted), has 4097',
    });
    expect(refusal(' '.repeat(100_000), limit)).toMatchObject({ code: 'PolicyDocumentLengthOverLimit' });
    expect(refusal(padded(100_000))).toBeUndefined();
  });

  it.each([
    ['100,000 conditions', { maxCharacters: 4096 }, () => policy({ ...rule, condition: manyConditions(100_000) })],
    ['100,000 statements', { maxCharacters: 4096 }, () => policy(Array.from({ length: 100_000 }, () => rule))],
    ['arrays nested 100,000 deep', {}, () => `{"version":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['objects nested 100,000 deep', {}, () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ])('T21: is refused with %s', (_, limit, text) => {
    expect(refusal(text(), limit)?.code).toMatch(/^PolicyDocument(LengthOverLimit|Error)$/);
  });

  it('has at most 10 values of string_like with text between two stars', () => {
    const like = (operator: string, count: number, value: string) => ({
      ...rule,
      condition: { [operator]: { 'qcs:resource_tag': Array.from({ length: count }, () => value) } },
    });
    const cheap = like('string_like', 30, 'a*');
    expect(refusal(policy([like('string_like', 7, '*a*'), like('string_not_like', 3, 'a*b*'), cheap]))).toBeUndefined();
    expect(refusal(policy([like('string_like', 7, '*a*'), like('string_not_like_if_exist', 4, 'a*b*')]))).toMatchObject(
      {
        code: 'ConditionContentError',
        message: expect.stringContaining(
          'may hold at most 10 values of string_like with text between two stars in one policy, are 11',
        ),
      },
    );
    expect(refusal(policy(like('string_equal', 30, '*a*')))).toBeUndefined();
    expect(refusal(policy(like('string_like', 30, '**')))).toBeUndefined();
  });

  it('shows no more of a wrong value than fits a line', () => {
    expect(refusal(policy({ ...rule, action: 'x'.repeat(500) }))!.message.length).toBeLessThan(250);
  });

  it('ends in a policy or a typed refusal whatever the bytes are', () => {
    const almost = fc.json().map((json) => policy({ ...rule, condition: JSON.parse(json) }));
    const mangled = fc.tuple(fc.nat(150), fc.string({ maxLength: 3 })).map(([at, text]) => {
      const whole = policy({ ...rule, condition: { ip_equal: { 'qcs:ip': ['10.0.0.1', '::1/64'] } } });
      return whole.slice(0, at) + text + whole.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), almost, mangled), (text) => {
        if (refusal(text) === undefined) compilePolicy(parsePolicy(text));
      }),
      { numRuns: 5000 },
    );
    expect(refusal('['.repeat(4000))).toMatchObject({ code: 'PolicyDocumentError' });
    expect(refusal(policy({ ...rule, condition: JSON.parse('['.repeat(1900) + ']'.repeat(1900)) }))).toMatchObject({
      message: 'PolicyDocument must nest at most 16 deep',
    });
  });
});

describe('a trust policy', () => {
  const trust = { effect: 'allow', action: 'name/sts:AssumeRole' };
  const parse = (document: object) => parseTrustPolicy(JSON.stringify({ version: '2.0', ...document })).statements;

  it('may name its principals in each statement or once for all', () => {
    const principals = { qcs: ['qcs::cam::uin/67890:root'], service: [], federated: [] };
    const principal = { qcs: 'qcs::cam::uin/67890:root' };
    expect(parse({ statement: { ...trust, principal } })).toMatchObject([{ principals, resources: ['*'] }]);
    expect(parse({ principal, statement: [trust] })).toMatchObject([{ principals }]);
    expect(parse({ principal: '*', statement: [trust] })).toMatchObject([{ principals: '*' }]);
    expect(parse({ principal: { service: ['cvm.example'] }, statement: [trust] })).toMatchObject([
      { principals: { service: ['cvm.example'] } },
    ]);
  });

  it.each([
    ['PrincipalError', undefined],
    ['PrincipalError', {}],
    ['PrincipalError', { user: ['x'] }],
    ['PrincipalError', { service: [7] }],
    ['PrincipalError', { qcs: [''] }],
    ['PrincipalQcsError', { qcs: ['uin/67890:root'] }],
    ['PrincipalQcsError', { qcs: ['qcs::cam::uin/67890:roleName/x'] }],
    ['PrincipalQcsError', { qcs: ['qcs::cam::uin/67890:root', 'qcs::cam::anyone:anyone'] }],
  ])('is refused with %s for the principal %j', (code, principal) => {
    const text = JSON.stringify({ version: '2.0', statement: { ...trust, principal } });
    expect(refusal(text, {}, parseTrustPolicy)).toMatchObject({ code });
  });
});
