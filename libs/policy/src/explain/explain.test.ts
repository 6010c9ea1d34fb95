import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policy, ROOT, type Rule, unreadable, user } from '../../tests/explained.ts';
import {
  type AccessRequest,
  authorize,
  type ContextValues,
  type ExplainedPrincipal,
  explain,
  explainable,
  type Statement,
  type Tags,
} from '../index.ts';

const CMD = 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa';
const RUN = 'tat:RunCommand';

const why = (principal: ExplainedPrincipal, resource = CMD, request: Partial<AccessRequest> = {}) =>
  explain(principal, { action: RUN, resources: [{ name: resource }], ...request })[0]!;
const reason = (...given: Parameters<typeof why>) => why(...given).reason;

describe('the sentence', () => {
  it('names the statement that allowed, and how the principal comes to it', () => {
    const ops = policy('ops', [{ effect: 'allow', action: 'cos:*' }, { effect: 'allow' }]);
    expect(reason(user(ops))).toBe('allowed by statement 1 of policy `ops`');
    const night = policy(
      'night',
      [{ effect: 'allow', condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } }],
      'group sre',
    );
    expect(reason(user(night), CMD, { context: { 'qcs:ip': '10.1.2.3' } })).toBe(
      'allowed by statement 0 of policy `night` (through group sre), as qcs:ip is in 10.0.0.0/8',
    );
    expect(reason({ ...user(), uin: ROOT, isRoot: true })).toBe(
      'allowed: the root account may do everything with what it owns',
    );
  });

  it('names the statement that denied', () => {
    const freeze = policy('freeze', [{ effect: 'deny', condition: { ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } } }]);
    const outside = { context: { 'qcs:ip': '192.0.2.1' } };
    expect(reason(user(policy('all', [{ effect: 'allow' }]), freeze), CMD, outside)).toBe(
      'denied by statement 0 of policy `freeze`, as qcs:ip is not in 10.0.0.0/8',
    );
    expect(reason(user(unreadable('broken')))).toBe('denied: policy `broken` cannot be read, so it denies everything');
  });

  it('says which condition of the nearest statement did not hold, and what the request had', () => {
    const rule = (condition: object) => user(policy('ops', [{ effect: 'allow', action: RUN, condition }]));
    const denied = 'denied: statement 0 of policy `ops` allows tat:RunCommand, but only when';
    expect(
      reason(rule({ ip_equal: { 'qcs:ip': ['10.0.0.0/8', '172.16.0.0/12'] } }), CMD, {
        context: { 'qcs:ip': '192.0.2.1' },
      }),
    ).toBe(`${denied} qcs:ip is in 10.0.0.0/8 or 172.16.0.0/12, and the call came from 192.0.2.1`);
    expect(reason(rule({ ip_equal: { 'qcs:ip': '10.0.0.0/8' } }))).toBe(
      `${denied} qcs:ip is in 10.0.0.0/8, and the request has no qcs:ip`,
    );
    expect(
      reason(
        rule({ date_less_than: { 'qcs:current_time': '2022-05-31T00:00:00Z' }, bool_equal: { 'app:x': true } }),
        CMD,
        {
          context: { 'qcs:current_time': '2022-06-01T00:00:00Z', 'app:x': 'false' },
        },
      ),
    ).toBe(
      `${denied} qcs:current_time is before 2022-05-31T00:00:00Z and app:x is true, and it is 2022-06-01T00:00:00Z and app:x is false`,
    );
    expect(reason(rule({ 'for_any_value:string_equal': { 'qcs:resource_tag': 'team&ops' } }))).toBe(
      `${denied} one value of qcs:resource_tag is team&ops, and the resource has no tags`,
    );
    expect(
      explain(rule({ string_equal_if_exist: { 'qcs:resource_tag/team': 'ops' } }), {
        action: RUN,
        resources: [{ name: CMD, tags: { team: 'dev' } }],
      })[0]!.reason,
    ).toBe(`${denied} qcs:resource_tag/team is ops, if it is given at all, and the tag team of the resource is dev`);
    expect(reason(rule({ null_equal: { 'qcs:mfa': false } }))).toBe(
      `${denied} qcs:mfa is given, and the request has no qcs:mfa`,
    );
    expect(reason(rule({ null_equal: { 'qcs:mfa': true } }), CMD, { context: { 'qcs:mfa': 1 } })).toBe(
      `${denied} qcs:mfa is missing, and qcs:mfa is 1`,
    );
    expect(
      reason(rule({ 'for_all_value:string_equal': { 'app:n': `\${uin}` } }), CMD, { context: { 'app:n': ['a', 'b'] } }),
    ).toBe(`${denied} every value of app:n is 100000000011, and app:n are a, b`);
  });

  it('says which resource the nearest statement covers', () => {
    const web = user(policy('web', [{ effect: 'allow', resource: ['qcs::tat:::command/cmd-b', 'qcs::cvm:::*'] }]));
    expect(reason(web)).toBe(
      `denied: statement 0 of policy \`web\` allows tat:RunCommand, but only on \`qcs::tat:::command/cmd-b\` or \`qcs::cvm:::*\`, not on \`${CMD}\``,
    );
    expect(reason(web, '*', { action: 'tat:CreateCommand' })).toBe(
      'denied: statement 0 of policy `web` allows tat:CreateCommand only on `qcs::tat:::command/cmd-b` or `qcs::cvm:::*`, but it is decided on `*` as a whole',
    );
  });

  it('says when no statement names the action', () => {
    expect(reason(user())).toBe('denied: no policy is attached');
    expect(reason(user(policy('cos', [{ effect: 'allow', action: 'cos:*' }])))).toBe(
      'denied: no statement names tat:RunCommand',
    );
    expect(reason(user(policy('read', [{ effect: 'allow', action: ['tat:Describe*', 'tat:Runcommand'] }])))).toBe(
      'denied: no statement names tat:RunCommand; the nearest is statement 0 of policy `read`, which allows tat:Runcommand and tat:Describe*',
    );
    const far = { effect: 'allow', resource: 'qcs::cvm:::*', condition: { bool_equal: { 'app:x': true } } } as const;
    expect(reason(user(policy('far', [far])))).toBe(
      'denied: 1 statement allows tat:RunCommand, but neither on this resource nor under these conditions',
    );
    expect(reason(user(policy('far', [far, far])))).toContain('2 statements allow');
  });

  it('tells a boundary and a session policy from what is missing in the grants', () => {
    const full = policy('full', [{ effect: 'allow' }]);
    const boundary = policy('reads', [{ effect: 'allow', action: 'tat:Describe*' }], 'boundary');
    expect(reason({ ...user(full), boundary })).toBe(
      'denied: the boundary `reads` does not allow it; no statement names tat:RunCommand; the nearest is statement 0 of `reads`, which allows tat:Describe*',
    );
    const session = policy('narrow', [{ effect: 'allow', action: 'cos:*' }], 'session');
    expect(reason({ ...user(full), sessionPolicies: [session] })).toBe(
      'denied: the session policy does not allow it; no statement names tat:RunCommand',
    );
    expect(reason(user(policy('document 1', [{ effect: 'allow' }], 'document')))).toBe(
      'allowed by statement 0 of document 1',
    );
    expect(reason({ ...user(policy('new', [{ effect: 'deny' }], 'draft'), full) })).toBe(
      'denied by statement 0 of the draft of `new`',
    );
  });

  it('says when the resource is out of reach of every policy', () => {
    const foreign = CMD.replace('::command', ':uin/200000000002:command');
    expect(reason(user(), foreign)).toBe(
      `denied: no policy can speak of \`${foreign}\`, for it belongs to another account, or its six segments are malformed`,
    );
    expect(reason(user(), 'cmd-a')).toBe('denied: no policy can speak of `cmd-a`, for it is no six segments');
  });
});

describe('what matched', () => {
  it('is told with the line that the statement begins on', () => {
    const { matched } = why(user(policy('ops', [{ effect: 'allow', action: 'cos:*' }, { effect: 'allow' }])));
    expect(matched.map(({ policy: held, index }) => held.lineOf(index!))).toEqual([9]);
    expect(unreadable('broken').lineOf(0)).toBe(1);
  });
});

describe('near misses', () => {
  it('come with operator, key, what was wanted and what was given; the likeliest first', () => {
    const principal = user(
      policy('other-action', [{ effect: 'allow', action: 'tat:Describe*' }]),
      policy('other-service', [{ effect: 'allow', action: 'cos:*' }]),
      policy('other-place', [{ effect: 'allow', resource: 'qcs::tat:ap-beijing::command/*' }]),
      policy('other-kind', [{ effect: 'allow', resource: 'qcs::cvm:::instance/*' }]),
      policy('two-conditions', [
        { effect: 'allow', condition: { bool_equal: { 'app:x': true }, numeric_less_than: { 'app:n': 5 } } },
      ]),
      policy('condition', [{ effect: 'allow', condition: { 'for_any_value:ip_equal': { 'qcs:ip': '10.0.0.0/8' } } }]),
      policy('misspelt', [{ effect: 'allow', action: 'tat:runcommand' }]),
      policy('two-things', [{ effect: 'allow', action: 'tat:Describe*', resource: 'qcs::cvm:::*' }]),
      policy('a-deny', [{ effect: 'deny', resource: 'qcs::cvm:::*' }]),
    );
    const { nearMisses, outcome } = why(principal, CMD, { context: { 'qcs:ip': '192.0.2.1' } });
    expect(outcome).toBe('implicit_deny');
    expect(
      nearMisses.map(({ statement, reason: what, operator, key }) => [
        statement.policy.policyName,
        what,
        operator,
        key,
      ]),
    ).toEqual([
      ['misspelt', 'action', undefined, undefined],
      ['condition', 'condition', 'for_any_value:ip_equal', 'qcs:ip'],
      ['other-place', 'resource', undefined, undefined],
      ['two-conditions', 'condition', 'bool_equal', 'app:x'],
      ['two-conditions', 'condition', 'numeric_less_than', 'app:n'],
      ['other-kind', 'resource', undefined, undefined],
      ['other-action', 'action', undefined, undefined],
    ]);
    expect(nearMisses[1]).toMatchObject({ wanted: ['10.0.0.0/8'], given: ['192.0.2.1'] });
    expect(nearMisses[3]).toMatchObject({ wanted: ['true'], given: [] });
    expect(nearMisses[2]).toMatchObject({ wanted: ['qcs::tat:ap-beijing::command/*'], given: [CMD] });
    expect(nearMisses[0]).toMatchObject({ wanted: ['tat:runcommand'], given: [RUN] });
  });

  it('are further away the more segments of the resource differ', () => {
    const other = (name: string, resource: string) => policy(name, [{ effect: 'allow', action: 'cos:*', resource }]);
    const principal = user(
      other('product', 'qcs::cvm:ap-beijing:uin/100000000001:instance/*'),
      other('account', 'qcs::cos:ap-beijing:uid/1250000000:bucket/*'),
      other('region', 'qcs::cos:ap-beijing::bucket/*'),
    );
    const name = `qcs::cos:ap-guangzhou:uin/${ROOT}:bucket/a`;
    const { nearMisses } = why(principal, name, { action: 'cos:GetObject' });
    expect(nearMisses.map(({ statement }) => statement.policy.policyName)).toEqual(['region', 'account', 'product']);
  });

  it('of an allowed request are the denies that it escaped', () => {
    const all = policy('all', [{ effect: 'allow' }]);
    const freeze = policy('freeze', [{ effect: 'deny', condition: { ip_equal: { 'qcs:ip': '192.0.2.0/24' } } }]);
    const { nearMisses } = why(user(all, freeze), CMD, { context: { 'qcs:ip': '10.0.0.1' } });
    expect(nearMisses).toMatchObject([{ statement: { policy: { policyName: 'freeze' }, effect: 'deny' } }]);
  });

  it('are at most 20, and of many resources the nearest ten', () => {
    const resource = Array.from({ length: 30 }, (_, i) => `qcs::cvm:::instance/ins-${i}`);
    const many = policy('many', [{ effect: 'allow', resource: [...resource, 'qcs::tat:::command/cmd-b'] }]);
    const principal = user(...Array.from({ length: 30 }, (_, i) => ({ ...many, policyId: `p${i}` })));
    const { nearMisses } = why(principal);
    expect(nearMisses).toHaveLength(20);
    expect(nearMisses[0]!.wanted).toHaveLength(10);
    expect(nearMisses[0]!.wanted[0]).toBe('qcs::tat:::command/cmd-b');
  });
});

// Small alphabets, so that statements and requests meet often.
const one = fc.constantFrom;
const rule: fc.Arbitrary<Rule> = fc.record({
  effect: one('allow', 'allow', 'allow', 'allow', 'deny'),
  action: one('*', 'tat:*', 'tat:*', RUN, 'tat:Describe*', 'tat:runCommand', 'cos:*'),
  resource: one(
    '*',
    '*',
    'qcs::tat:::command/*',
    CMD,
    'qcs::cvm:::*',
    'qcs::tat:bj::command/*',
    `qcs::tat:::command/\${uin}`,
  ),
  condition: one(
    {},
    {},
    { ip_equal: { 'qcs:ip': '10.0.0.0/8' } },
    { ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } },
    { string_equal: { 'qcs:resource_tag/team': 'a' }, null_equal: { 'qcs:ip': 'false' } },
    { string_equal_if_exist: { 'qcs:uin': `\${uin}` } },
  ),
});
const some = fc.array(rule, { minLength: 1, maxLength: 3 });
const principals: fc.Arbitrary<ExplainedPrincipal> = fc
  .record({
    isRoot: one(false, false, false, true),
    rules: fc.array(some, { maxLength: 4 }),
    boundary: fc.option(some, { nil: undefined, freq: 1 }),
    session: fc.option(some, { nil: undefined, freq: 1 }),
    broken: one(false, false, false, false, true),
  })
  .map(({ isRoot, rules, boundary, session, broken }) => ({
    ...user(...rules.map((all, i) => policy(`p${i}`, all)), ...(broken ? [unreadable('broken')] : [])),
    isRoot,
    ...(boundary && { boundary: policy('boundary', boundary, 'boundary') }),
    ...(session && { sessionPolicies: [policy('session', session, 'session')] }),
  }));
const requests: fc.Arbitrary<AccessRequest> = fc.record({
  action: one(RUN, 'tat:DescribeCommands'),
  resources: fc.array(
    fc.record({
      name: one('*', CMD, 'qcs::cvm:gz::instance/ins-a', 'qcs::tat:ap-beijing::command/100000000011', 'x'),
      tags: one<Tags>({}, { team: 'a' }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  context: one<ContextValues>({}, { 'qcs:ip': '10.1.1.1' }, { 'qcs:ip': '192.0.2.1' }, { 'qcs:ip': 'nowhere' }),
});

describe('an explanation', () => {
  it('is of the decision itself, and what it says to have matched brings that decision about', () => {
    const seen = { allowed: 0, explicit_deny: 0, implicit_deny: 0 };
    fc.assert(
      fc.property(principals, requests, (principal, request) => {
        const explanations = explain(principal, request);
        const { resources } = authorize(principal, request);
        expect(explanations.map(({ resource, outcome }) => ({ resource, outcome }))).toEqual(
          resources.map(({ resource, outcome }) => ({ resource, outcome })),
        );
        for (const [i, { outcome, matched, reason: words }] of explanations.entries()) {
          seen[outcome]++;
          const { policyId, statementIndex } = resources[i]!;
          if (policyId !== undefined) expect(matched[0]).toMatchObject({ policy: { policyId }, index: statementIndex });
          expect(matched.some(({ effect }) => effect === 'deny')).toBe(outcome === 'explicit_deny');
          expect(words).toMatch(outcome === 'allowed' ? /^allowed/ : /^denied/);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });

  it('names near misses that would speak if the one thing were different', () => {
    let seen = 0;
    fc.assert(
      fc.property(principals, requests, (principal, request) => {
        for (const [i, { nearMisses, outcome }] of explain(principal, request).entries()) {
          for (const { statement, reason: what } of nearMisses) {
            seen++;
            expect(statement.effect).toBe(outcome === 'allowed' ? 'deny' : 'allow');
            const written = statement.policy.written!.statements[statement.index!]!;
            const speaking = (changes: Partial<Statement>) => {
              const alone = { ...statement.policy, ...explainable({ statements: [{ ...written, ...changes }] }, '') };
              const all = policy('all', [{ effect: 'allow', action: '*' }]);
              const holder = user(...(written.effect === 'deny' ? [all] : []), alone);
              const { allowed } = authorize(holder, { ...request, resources: [request.resources[i]!] });
              return allowed === (statement.effect === 'allow');
            };
            const other = { action: { actions: ['*'] }, resource: { resources: ['*'] }, condition: { conditions: [] } };
            expect(speaking(other[what])).toBe(true);
            expect(speaking({})).toBe(false);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(seen).toBeGreaterThan(100);
  });
});
