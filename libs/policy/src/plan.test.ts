import { describe, expect, it } from 'vitest';
import {
  type AttachedPolicy,
  compilePolicy,
  compilePrincipal,
  type PlanQuery,
  type Principal,
  parsePolicy,
  plan,
  planAllows,
  UNREADABLE_POLICY,
} from './index.ts';

const ROOT = '100000000001';
const KIND = 'qcs::tat:ap-guangzhou::command/*';
const ALWAYS = { kind: 'always', allOf: [], noneOf: [] };
const NEVER = { kind: 'never', allOf: [], noneOf: [] };

type Rule = { effect?: 'allow' | 'deny'; action?: string; resource?: string | string[]; condition?: object };

function attach(...rules: Rule[]): AttachedPolicy {
  const statement = rules.map((rule) => ({ effect: 'allow', action: 'tat:*', resource: '*', ...rule }));
  const text = JSON.stringify({ version: '2.0', statement });
  return { policyId: '1', version: 1, compiled: compilePolicy(parsePolicy(text)) };
}

const user = (...policies: AttachedPolicy[]): Principal => ({
  uin: '100000000011',
  rootUin: ROOT,
  appId: '1250000000',
  isRoot: false,
  policies,
});
const planOf = (principal: Principal, query: Partial<PlanQuery> = {}) =>
  plan(compilePrincipal(principal), { action: 'tat:DescribeCommands', resource: KIND, ...query });

const some = (id: string): Rule => ({ resource: `qcs::tat:::command/${id}` });
const path = (pattern: string) => ({ paths: [pattern.split('*')], tests: [] });
const deny = (rule: Rule): Rule => ({ ...rule, effect: 'deny' });

describe('a plan', () => {
  it('is ALWAYS or NEVER when nothing depends on the resource', () => {
    expect(planOf(user(attach({})))).toEqual(ALWAYS);
    expect(planOf(user())).toEqual(NEVER);
    expect(planOf(user(attach({}, deny({}))))).toEqual(NEVER);
    expect(planOf(user(attach({ action: 'cos:*' })))).toEqual(NEVER);
    expect(planOf({ ...user(), isRoot: true })).toEqual(ALWAYS);
  });

  it.each(['qcs::tat:gz::command/*', 'qcs::tat:::*', 'qcs::t*:::c*', `qcs:::::command*`, '*'])(
    'is ALWAYS for the pattern %j, which covers the whole kind',
    (resource) => {
      expect(planOf(user(attach({ resource })))).toEqual(ALWAYS);
    },
  );

  it.each(['qcs::tat:bj::*', 'qcs::cos:::*', 'qcs::tat:::instance/*', 'qcs::tat:::command', 'qcs::tat:::*instance'])(
    'asks for what the pattern %j can cover of the kind, and no more',
    (resource) => {
      const { kind } = planOf(user(attach({ resource })));
      expect(kind).toBe(resource === 'qcs::tat:::*instance' ? 'conditional' : 'never');
    },
  );

  it('has a group for the grants and one for each limit that does not allow everything', () => {
    const principal = {
      ...user(attach(some('a*'), some('b'))),
      boundary: attach({}),
      sessionPolicies: [attach(some('*c'))],
    };
    expect(planOf(principal)).toEqual({
      kind: 'conditional',
      allOf: [[path('command/a*'), path('command/b')], [path('command/*c')]],
      noneOf: [],
    });
    expect(planOf({ ...principal, sessionPolicies: [attach({ action: 'cos:*' })] })).toEqual(NEVER);
    expect(planOf({ ...user(), isRoot: true, sessionPolicies: [attach(some('a'))] })).toMatchObject({
      allOf: [[path('command/a')]],
    });
  });

  it('leaves out what is denied, of grants and limits alike', () => {
    const principal = { ...user(attach({}, deny(some('a')))), boundary: attach({}, deny(some('b'))) };
    expect(planOf(principal)).toEqual({
      kind: 'conditional',
      allOf: [],
      noneOf: [path('command/a'), path('command/b')],
    });
  });

  it('decides what is known for the whole request, and keeps tests of tags and of the maker', () => {
    const condition = {
      ip_equal: { 'qcs:ip': '10.0.0.0/8' },
      'for_any_value:string_equal_if_exist': { 'qcs:tag': `team&\${uin}` },
      string_not_like: { 'qcs:resource_tag/env': ['prod*', 'live'] },
      null_equal: { 'QCS:Create_Uin': false },
    };
    const principal = user(attach({ condition }));
    expect(planOf(principal, { context: { 'qcs:ip': '192.0.2.1' } })).toEqual(NEVER);
    expect(planOf(principal, { context: { 'qcs:ip': '10.0.0.1' } }).allOf).toEqual([
      [
        {
          paths: [],
          tests: [
            {
              key: 'qcs:resource_tag',
              operator: 'string_equal',
              everyValue: false,
              ifExist: true,
              values: ['team&100000000011'],
            },
            {
              key: 'qcs:resource_tag/env',
              operator: 'string_not_like',
              everyValue: true,
              ifExist: false,
              values: ['prod*', 'live'],
            },
            { key: 'qcs:create_uin', operator: 'null_equal', everyValue: false, ifExist: false, values: ['false'] },
          ],
        },
      ],
    ]);
  });

  it('keeps a deny whose request value cannot be read, and drops such an allow', () => {
    const condition = { ip_equal: { 'qcs:ip': '10.0.0.0/8' } };
    const context = { 'qcs:ip': 'unknown' };
    expect(planOf(user(attach({ condition })), { context })).toEqual(NEVER);
    expect(planOf(user(attach({}, deny({ ...some('a'), condition }))), { context }).noneOf).toEqual([
      path('command/a'),
    ]);
  });

  it('covers a directory by the bare name of it as well', () => {
    const principal = user(attach({ resource: 'qcs::tat:::command/a/*' }));
    expect(planOf(principal).allOf).toEqual([[{ paths: [['command/a/', ''], ['command/a']], tests: [] }]]);
  });

  it('fills policy variables in, literally', () => {
    const principal = user(attach({ resource: `qcs::tat:::command/\${uin}-*` }));
    expect(planOf(principal).allOf).toEqual([[path('command/100000000011-*')]]);
  });

  it.each([
    'qcs::tat:ap-guangzhou::command/cmd-1',
    'qcs::tat:ap-guangzhou:uin/200000000002:command/*',
    'command/*',
    '*',
  ])('is NEVER for what is no kind of the own account: %j', (resource) => {
    expect(planOf({ ...user(), isRoot: true }, { resource })).toEqual(NEVER);
  });

  it('is NEVER with a policy that cannot be read', () => {
    const unreadable: AttachedPolicy = { policyId: '2', version: 1, compiled: UNREADABLE_POLICY };
    expect(planOf(user(attach({}), unreadable))).toEqual(NEVER);
    expect(planOf({ ...user(attach({})), boundary: unreadable })).toEqual(NEVER);
  });

  it('means for a maker in the context what a decision takes it for', () => {
    const principal = user(attach({ condition: { string_equal: { 'qcs:create_uin': `\${uin}` } } }));
    const mine = planOf(principal, { context: { 'qcs:create_uin': '100000000011' } });
    const name = 'qcs::tat:ap-guangzhou::command/a';
    expect(planAllows(mine, { name })).toBe(true);
    expect(planAllows(mine, { name, attributes: { 'qcs:create_uin': '1' } })).toBe(false);
    expect(planAllows(planOf(principal), { name })).toBe(false);
  });

  it('means for one resource: a rule of every group, and no denial', () => {
    const tagged = { resource: 'qcs::tat:::command/*', condition: { string_equal: { 'qcs:tag/env': 'test' } } };
    const principal = {
      ...user(attach(some('a*'), tagged, deny(some('ab')))),
      boundary: attach(some('*b'), some('*c')),
    };
    const planned = planOf(principal);
    const allows = (id: string, tags = {}) =>
      planAllows(planned, { name: `qcs::tat:ap-guangzhou::command/${id}`, tags });
    expect(['ac', 'ab', 'aab', 'c', 'a', 'a:c'].map((id) => allows(id))).toEqual([
      true,
      false,
      true,
      false,
      false,
      true,
    ]);
    expect(['c', 'x', 'ab'].map((id) => allows(id, { env: 'test' }))).toEqual([true, false, false]);
    expect(allows('c', { env: 'prod' })).toBe(false);
  });

  it.each([
    ['for_any_value', { a: '1', b: '2' }, true],
    ['for_all_value', { a: '1', b: '2' }, false],
    ['for_all_value', { a: '1' }, true],
    ['for_all_value', {}, false],
  ])('tests %s of the tags %j: %j', (qualifier, tags, allows) => {
    const condition = { [`${qualifier}:string_like`]: { 'qcs:resource_tag': 'a&*' } };
    const planned = planOf(user(attach({ condition })));
    expect(planAllows(planned, { name: 'qcs::tat:ap-guangzhou::command/a', tags })).toBe(allows);
  });

  it('allows everything or nothing when it is ALWAYS or NEVER', () => {
    const resource = { name: 'qcs::tat:ap-guangzhou::command/a' };
    expect(planAllows(planOf(user(attach({}))), resource)).toBe(true);
    expect(planAllows(planOf(user()), resource)).toBe(false);
  });
});
