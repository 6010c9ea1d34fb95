import { readFileSync } from 'node:fs';
import { Refusal } from '@muster/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptPolicy, type LintOptions, lintPolicy, PRESETS, parsePolicy } from '../index.ts';

const rule = { effect: 'allow', action: 'tat:DescribeRegions', resource: '*' };
const policy = (statement: unknown) => JSON.stringify({ version: '2.0', statement });
const lint = (statement: unknown, options?: LintOptions) => lintPolicy(policy(statement), options).findings;
const short = (statement: unknown, options?: LintOptions) =>
  lint(statement, options).map(({ code, path }) => `${code} ${path}`);
const COMMANDS = 'qcs::tat:ap-guangzhou::command/*';
const INSTANCES = 'qcs::cvm:ap-guangzhou::instance/*';

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
    expect(lintPolicy(policy(rule))).toEqual({ policy: parsePolicy(policy(rule)), findings: [] });
    const broad = policy({ effect: 'allow', action: '*', resource: '*' });
    expect(lintPolicy(broad)).toMatchObject({ policy: parsePolicy(broad), findings: [{ code: 'AllowsEverything' }] });
  });

  it('places what concerns the document as a whole nowhere', () => {
    const long = policy({ ...rule, action: `tat:${'x'.repeat(200)}` });
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
    const text = policy(rule);
    const near = (maxCharacters: number) => lintPolicy(text, { maxCharacters }).findings.map(({ code }) => code);
    expect(near(text.length)).toEqual(['NearSizeLimit']);
    expect(near(Math.ceil(text.length / 0.9))).toEqual([]);
  });

  it('allows 4096 characters unless told otherwise', () => {
    const [finding] = lintPolicy(policy({ ...rule, resource: `qcs::tat:::${'x'.repeat(4096)}` })).findings;
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
      { weight: 9, arbitrary: fc.array(statement, { maxLength: 4 }).map(policy) },
      { weight: 1, arbitrary: fc.oneof(fc.string(), fc.json()) },
    );
    fc.assert(
      fc.property(text, (each) => {
        const { policy: read, findings } = lintPolicy(each, { now: 0 });
        const errors = findings.filter(({ severity }) => severity === 'error');
        expect(read === undefined).toBe(errors.length > 0);
        const beyondParsing = errors.filter(({ code }) => code !== 'InvalidParameter.ActionNotExist');
        try {
          parsePolicy(each);
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
    const alias = policy({ ...rule, action: 'tat:DescribeAutomationAgents' });
    expect(acceptPolicy(alias)).toMatchObject({ policy: parsePolicy(alias), warnings: [{ code: 'AliasAction' }] });
  });

  it('is refused for its first error, with line and column', () => {
    const text = JSON.stringify({ version: '2.0', statement: [{ ...rule, action: ['tat:Run', 'tat:Ran'] }] }, null, 2);
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

describe('about actions, the linter', () => {
  it.each<[string, string, string]>([
    ['InvalidParameter.ActionNotExist', 'tat:InvokCommand', 'did you mean `tat:InvokeCommand`?'],
    ['InvalidParameter.ActionNotExist', 'tat:runcommand', 'must be an action of tat, was `tat:runcommand`; did you'],
    ['InvalidParameter.ActionNotExist', 'cam:AttachPolicyToUser', 'was `cam:AttachPolicyToUser`'],
    ['UnknownAction', 'cvm:RunInstance', 'did you mean `cvm:RunInstances`?'],
    ['UnknownService', 'tta:RunCommand', 'did you mean `tat`?'],
    ['UnknownService', 'xyzzy:*', 'names the unknown service `xyzzy`'],
    ['EmptyPattern', 'tat:Foo*', 'matches no known action, is `tat:Foo*`'],
    ['EmptyPattern', '*:Foo*', 'matches no known action'],
    ['EmptyPattern', 'cvm:*Foo', 'matches no known action'],
    ['AliasAction', 'tat:DescribeAutomationAgents', 'another name of `tat:DescribeAutomationAgentStatus`'],
    ['MisspeltAction', 'tat:InvokeCommands', '`tat:InvokeCommand` is not meant by it'],
  ])('says %s of %s', (code, action, message) => {
    expect(lint({ ...rule, action })).toMatchObject([
      { code, message: expect.stringContaining(message), path: 'statement[0].action' },
    ]);
  });

  it('says what a misspelt deny is taken to mean', () => {
    expect(lint({ ...rule, effect: 'deny', action: 'tat:InvokeCommands' })).toMatchObject([
      { code: 'MisspeltAction', message: expect.stringContaining('the deny is taken to mean `tat:InvokeCommand`') },
    ]);
  });

  it('says nothing of known actions and patterns, of services it knows by name alone, and of an empty guess', () => {
    const action = ['tat:RunCommand', 'tat:Describe*', 'name/cvm:*', '*:Describe*', 'vpc:CreateVpc', 'clb:*'];
    expect(lint({ ...rule, action })).toEqual([]);
    expect(lint({ ...rule, action: 'q:X' })[0]!.message).toBe('statement[0].action names the unknown service `q`');
  });
});

describe('about resources, the linter', () => {
  it('says which services and regions are unknown or old', () => {
    const resource = [
      'qcs::tatt:::command/*',
      'qcs::tat:gz::command/*',
      'qcs::t*:::x/*',
      'qcs:::::x/1',
      'qcs::vpc:::*',
    ];
    const findings = lint({ ...rule, action: 'vpc:X', resource });
    expect(findings).toMatchObject([
      { code: 'UnknownService', path: 'statement[0].resource[0]', message: expect.stringContaining('mean `tat`?') },
      { code: 'LegacyRegion', path: 'statement[0].resource[1]', message: expect.stringContaining('`ap-guangzhou`') },
    ]);
    expect(findings).toHaveLength(2);
  });
});

describe('about conditions, the linter', () => {
  const under = (condition: object, options?: LintOptions) => short({ ...rule, condition }, options);
  const at = (operator: string, key: string) => `statement[0].condition.${operator}.${key}`;

  it('says which keys are unknown or old', () => {
    expect(under({ string_equal: { 'qcs:usr': 'x' } })).toEqual([`UnknownKey ${at('string_equal', 'qcs:usr')}`]);
    expect(under({ ip_equal: { 'qcs:ip/x': '10.0.0.1' } })).toEqual([`UnknownKey ${at('ip_equal', 'qcs:ip/x')}`]);
    expect(under({ string_equal: { 'qcs:tag/team': 'x' } })).toEqual([
      `LegacyKey ${at('string_equal', 'qcs:tag/team')}`,
    ]);
  });

  it('places what it says of a key at the key', () => {
    const [finding] = lint({ ...rule, condition: { string_equal: { 'qcs:ipp': 'x' } } });
    expect(policy({ ...rule, condition: { string_equal: { 'qcs:ipp': 'x' } } }).slice(finding!.column - 1)).toMatch(
      /^"qcs:ipp"/,
    );
    expect(finding!.message).toContain('did you mean `qcs:ip`?');
  });

  it.each([
    ['string_equal', 'qcs:ip', '10.0.0.1'],
    ['string_like', 'cvm:disk_size', '5*'],
    ['numeric_equal', 'cvm:region', '1'],
    ['numeric_less_than', 'qcs:current_time', '1'],
    ['date_equal', 'qcs:ip', '2020-01-01'],
    ['bool_equal', 'qcs:uin', 'true'],
    ['ip_equal', 'cos:secure-transport', '10.0.0.1'],
  ])('says that %s does not suit %s', (operator, key, value) => {
    expect(under({ [operator]: { [key]: value } })).toEqual([`OperatorMisfit ${at(operator, key)}`]);
  });

  it.each([
    ['ip_not_equal', ' QCS:ip ', '10.0.0.0/8'],
    ['numeric_less_than', 'cvm:disk_size', 500],
    ['string_equal', 'mfa', '0'],
    ['bool_equal', 'cos:secure-transport', true],
    ['string_equal_ignore_case', 'cos:secure-transport', 'TRUE'],
    ['for_any_value:string_equal', 'qcs:resource_tag', 'team&ops'],
    ['binary_equal', 'qcs:request_tag/team', 'ops'],
    ['null_equal', 'qcs:ip', true],
    ['date_less_than', 'qcs:current_time', '2020-01-01'],
    ['string_equal', 'muster:os_user', 'root'],
  ])('says nothing of %s on %s', (operator, key, value) => {
    expect(under({ [operator]: { [key]: value } })).toEqual([]);
  });

  it('says which windows of time are over, if it is told the time', () => {
    const now = Date.parse('2026-06-01T00:00:00Z');
    const over = (operator: string, ...value: string[]) =>
      under({ [operator]: { 'qcs:current_time': value } }, { now }).length > 0;
    const [before, exactly, after] = ['2026-05-31T23:59:59Z', '2026-06-01T00:00:00Z', '2026-06-01T00:00:01Z'];
    expect([over('date_less_than', before), over('date_less_than', exactly), over('date_less_than', after)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([over('date_less_than_equal', before), over('date_less_than_equal', exactly)]).toEqual([true, false]);
    expect([over('date_equal_if_exist', before), over('date_equal', before, after)]).toEqual([true, false]);
    expect([over('date_greater_than', before), over('date_not_equal', before)]).toEqual([false, false]);
    expect(under({ date_less_than: { 'qcs:current_time': before } }, { now })).toEqual([
      `PastWindow ${at('date_less_than', 'qcs:current_time')}`,
    ]);
  });

  it('judges no time of an operator that does not read time', () => {
    expect(under({ string_equal: { 'qcs:current_time': 'x' } }, { now: 0 })).toEqual([
      `OperatorMisfit ${at('string_equal', 'qcs:current_time')}`,
    ]);
  });
});

describe('about actions and resources together, the linter', () => {
  const meeting = (action: string | string[], resource: string | string[], effect = 'allow') =>
    short({ effect, action, resource });

  it('says which actions need the resource `*`', () => {
    expect(meeting('tat:CreateCommand', COMMANDS)).toEqual(['NeedsEveryResource statement[0].action']);
    expect(meeting('tat:Create*Code', COMMANDS, 'deny')).toEqual(['NeedsEveryResource statement[0].action']);
    expect(meeting('tat:CreateCommand', [COMMANDS, '*'])).toEqual([]);
  });

  it.each([
    ['tat:ModifyCommand', INSTANCES],
    ['tat:ModifyCommand', 'qcs::tat:::register-code/*'],
    ['tat:Describe*Codes', COMMANDS],
    ['tat:RunCommand', 'qcs::tat:::command/cmd-1'],
    ['cam:GetUser', 'qcs::cam:ap-guangzhou::uin/*'],
    ['sts:AssumeRole', 'qcs::cam:::uin/*'],
    ['batch:SubmitJob', 'qcs::batch:::job/job-1'],
  ])('says that %s is never about %s', (action, resource) => {
    expect(meeting(action, resource, 'deny')).toEqual(['NeverMeets statement[0].action']);
  });

  it.each([
    ['tat:ModifyCommand', `qcs::*:*:*:comm*/\${uin}`],
    ['tat:ModifyCommand', 'qcs:::::*'],
    ['tat:RunCommand', COMMANDS],
    ['cam:GetUser', 'qcs::cam:*::uin/1'],
    ['batch:DeleteJob', 'qcs::batch:::job/job-1/*'],
    ['batch:SubmitJob', 'qcs::batch:::job/*'],
    ['cos:GetObject', 'qcs::cos:ap-beijing:uid/1250000000:bucket-1250000000/a/b.txt'],
    ['cvm:CreateVpc', COMMANDS],
    ['cvm:RunInstances', COMMANDS],
    ['vpc:*', COMMANDS],
    ['*', COMMANDS],
  ])('says nothing of %s on %s', (action, resource) => {
    expect(meeting(action, resource, 'deny').filter((each) => !each.startsWith('Unknown'))).toEqual([]);
  });

  it('says which resources none of the actions is about', () => {
    expect(meeting(['tat:ModifyCommand', 'tat:DeleteCommand'], [COMMANDS, INSTANCES])).toEqual([
      'NeverMeets statement[0].resource[1]',
    ]);
    expect(meeting(['tat:ModifyCommand', 'vpc:X'], [COMMANDS, INSTANCES])).toEqual([]);
  });

  it('says which allow is worth nothing because a request names more', () => {
    expect(lint({ effect: 'allow', action: 'tat:InvokeCommand', resource: COMMANDS })).toMatchObject([
      {
        code: 'HalfCovered',
        path: 'statement[0].action',
        message: expect.stringContaining(
          '`InvokeCommand` is decided on `qcs::cvm:$region:$account:instance/$instanceId`',
        ),
      },
    ]);
    expect(meeting('tat:InvokeCommand', INSTANCES)).toEqual(['HalfCovered statement[0].action']);
    expect(meeting('tat:*', COMMANDS)).toEqual(['HalfCovered statement[0].action']);
    expect(meeting('tat:InvokeCommand', [COMMANDS, INSTANCES])).toEqual([]);
    expect(meeting('tat:InvokeCommand', COMMANDS, 'deny')).toEqual([]);
  });

  it('takes all allows of the policy together', () => {
    const both = (other: object) =>
      short([{ effect: 'allow', action: 'tat:InvokeCommand', resource: COMMANDS }, other]);
    expect(both({ effect: 'allow', action: 'tat:Invoke*', resource: INSTANCES })).toEqual([]);
    expect(
      both({ effect: 'allow', action: 'tat:InvokeCommand', resource: '*', condition: { null_equal: { mfa: true } } }),
    ).toEqual([]);
    expect(both({ effect: 'deny', action: 'tat:InvokeCommand', resource: INSTANCES })).toHaveLength(1);
    expect(both({ effect: 'allow', action: 'tat:RunCommand', resource: '*' })).toHaveLength(1);
  });
});

describe('about statements, the linter', () => {
  const narrow = { effect: 'allow', action: 'tat:ModifyCommand', resource: COMMANDS };

  it('says what allows everything', () => {
    const all = { effect: 'allow', action: '*:*', resource: '*' };
    expect(short(all)).toEqual(['AllowsEverything statement[0]']);
    expect(short({ ...all, effect: 'deny' })).toEqual([]);
    expect(short({ ...all, action: 'tat:*' })).toEqual([]);
    expect(short({ ...all, resource: 'qcs::tat:::*' })).toEqual([]);
    expect(short({ ...all, condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } })).toEqual([]);
  });

  it('says what is written twice', () => {
    expect(short({ ...narrow, action: ['tat:ModifyCommand', 'name/tat:ModifyCommand'] })).toEqual([
      'DuplicateAction statement[0].action[1]',
    ]);
    expect(short({ ...narrow, resource: [COMMANDS, ` ${COMMANDS}`] })).toEqual([
      'DuplicateResource statement[0].resource[1]',
    ]);
    expect(short([narrow, { ...narrow, action: ['tat:ModifyCommand'] }])).toEqual(['DuplicateStatement statement[1]']);
  });

  it('says which statement changes nothing beside a broader one, before it or after it', () => {
    const broad = { effect: 'allow', action: 'tat:*', resource: '*' };
    expect(short([broad, narrow])).toEqual(['Unreachable statement[1]']);
    expect(short([narrow, broad])).toEqual(['Unreachable statement[0]']);
    expect(lint([narrow, broad])[0]!.message).toBe('statement[0] changes nothing: statement[1] says all of it');
    expect(short([narrow, broad, broad])).toEqual(['Unreachable statement[0]', 'DuplicateStatement statement[2]']);
  });

  it('says which allow is dead under a deny', () => {
    const deny = { effect: 'deny', action: 'tat:*Command', resource: 'qcs::tat:gz:*:*' };
    expect(lint([narrow, deny]).filter(({ code }) => code !== 'LegacyRegion')).toMatchObject([
      { code: 'DeadAllow', path: 'statement[0]', message: expect.stringContaining('statement[1] denies all of it') },
    ]);
    expect(
      short([
        { ...narrow, effect: 'deny' },
        { ...deny, effect: 'allow', action: 'tat:*' },
      ]),
    ).not.toContain(expect.stringContaining('DeadAllow'));
  });

  it.each([
    ['an action that it does not take in', { action: 'tat:Describe*' }],
    ['another service', { resource: 'qcs::cvm:::*' }],
    ['another region', { resource: 'qcs::tat:ap-beijing::*' }],
    ['an account that may be another', { resource: 'qcs::tat::uin/1:*' }],
    ['a narrower path', { resource: 'qcs::tat:::command/cmd-*' }],
    ['a condition', { condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } }],
  ])('says nothing beside %s', (_, other) => {
    const broad = { effect: 'deny', action: 'tat:*', resource: '*', ...other };
    const found = short([{ ...narrow, effect: 'deny' }, broad]);
    expect(found.filter((each) => each.startsWith('Unreachable'))).toEqual([]);
  });

  it('takes a statement in whose conditions are those of the broader one and more', () => {
    const office = { ip_equal: { 'qcs:ip': ['10.0.0.0/8', '192.0.2.1'] } };
    const evening = { ...office, date_greater_than: { 'qcs:current_time': '2030-01-01' } };
    const turned = { ip_equal: { 'QCS:IP': ['192.0.2.1', '10.0.0.0/8'] } };
    expect(
      short([
        { ...narrow, condition: office },
        { ...narrow, condition: evening },
      ]),
    ).toEqual(['Unreachable statement[1]']);
    expect(
      short([
        { ...narrow, condition: office },
        { ...narrow, condition: turned },
      ]),
    ).toEqual(['DuplicateStatement statement[1]']);
  });

  it('compares no statement that is at fault', () => {
    expect(short([narrow, { ...narrow, action: ['tat:ModifyCommand', 7] }])).toEqual([
      'InvalidParameter.ActionError statement[1].action[1]',
    ]);
  });
});

describe('a trust policy, to the linter', () => {
  const trust = { effect: 'allow', action: 'name/sts:AssumeRole' };
  const owner = { qcs: ['qcs::cam::uin/67890:root'] };

  it('needs principals and no resources', () => {
    expect(short({ ...trust, principal: owner }, { trust: true })).toEqual([]);
    expect(short(trust, { trust: true })).toEqual(['InvalidParameter.PrincipalError statement[0].principal']);
    expect(short({ ...rule, principal: owner })).toEqual(['InvalidParameter.PrincipalError statement[0].principal']);
  });

  it('is warned of when everyone may come in', () => {
    expect(short({ ...trust, principal: '*' }, { trust: true })).toEqual(['TrustsEveryone statement[0]']);
    expect(short({ ...trust, action: '*', principal: owner }, { trust: true })).toEqual([]);
  });

  it('is asked for nothing but to assume the role', () => {
    const say = (other: object) => short({ ...trust, ...other, principal: owner }, { trust: true });
    expect(say({ action: ['tat:RunCommand', 'sts:*', 'cam:*'] })).toEqual([
      'NeverMeets statement[0].action[0]',
      'NeverMeets statement[0].action[2]',
    ]);
    expect(say({ resource: ['*', 'qcs::cam:::role/1'] })).toEqual(['NeverMeets statement[0].resource[1]']);
    expect(say({ resource: 'qcs::cam:::role/1', effect: 'deny' })).toEqual(['NeverMeets statement[0].resource']);
    expect(short({ ...trust, principal: '*', effect: 'deny' }, { trust: true })).toEqual([]);
  });

  it('says the same twice only to the same principals', () => {
    const other = { service: ['cvm.example'] };
    const twice = (principal: object) =>
      short(
        [
          { ...trust, principal: owner },
          { ...trust, principal },
        ],
        { trust: true },
      );
    expect(twice(owner)).toEqual(['DuplicateStatement statement[1]']);
    expect(twice(other)).toEqual([]);
  });
});
