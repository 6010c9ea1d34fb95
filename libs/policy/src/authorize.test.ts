import { describe, expect, it } from 'vitest';
import {
  type AccessRequest,
  type AttachedPolicy,
  authorize,
  type ContextValue,
  compilePolicy,
  type Principal,
  parsePolicy,
  UNREADABLE_POLICY,
} from './index.ts';

const ROOT = '100000000001';
const CMD = 'qcs::tat:ap-guangzhou::command/cmd-aaaaaaaa';

type Rule = { effect: 'allow' | 'deny'; action?: string; resource?: string | string[]; condition?: object };

function attach(policyId: string, ...rules: Rule[]): AttachedPolicy {
  const statement = rules.map((rule) => ({ action: 'tat:*', resource: '*', ...rule }));
  const text = JSON.stringify({ version: '2.0', statement });
  return { policyId, version: 3, compiled: compilePolicy(parsePolicy(text)) };
}

const user = (...policies: AttachedPolicy[]): Principal => ({
  uin: '100000000011',
  rootUin: ROOT,
  appId: '1250000000',
  isRoot: false,
  policies,
});
const root: Principal = { ...user(), uin: ROOT, isRoot: true };

const ask = (principal: Principal, name = CMD, request: Partial<AccessRequest> = {}) =>
  authorize(principal, { action: 'tat:RunCommand', resources: [{ name }], ...request });

/** Whether a condition is met, seen through an allow and through a deny (which an allow-all would otherwise let pass). */
function met(condition: object, request: Partial<AccessRequest> = {}) {
  const allowing = user(attach('if', { effect: 'allow', condition }));
  const denying = user(attach('all', { effect: 'allow' }), attach('if', { effect: 'deny', condition }));
  return { allow: ask(allowing, CMD, request).allowed, deny: !ask(denying, CMD, request).allowed };
}
const YES = { allow: true, deny: true };
const NO = { allow: false, deny: false };
/** The condition could not be judged, and both effects close. */
const CLOSED = { allow: false, deny: true };

describe('a decision', () => {
  it('names the policy, its version and the statement that brought it about, per resource', () => {
    const caller = user(
      attach('a', { effect: 'allow', resource: 'qcs::cvm:::*' }, { effect: 'allow', resource: CMD }),
      attach(
        'd',
        { effect: 'allow', action: 'cos:*' },
        { effect: 'deny', resource: 'qcs::cvm:::instance/ins-bbbbbbbb' },
      ),
    );
    const names = [CMD, 'qcs::cvm:r::instance/ins-bbbbbbbb', 'qcs::tat:r::command/cmd-other'];
    expect(authorize(caller, { action: 'tat:RunCommand', resources: names.map((name) => ({ name })) })).toEqual({
      allowed: false,
      resources: [
        { resource: names[0], outcome: 'allowed', policyId: 'a', version: 3, statementIndex: 1 },
        { resource: names[1], outcome: 'explicit_deny', policyId: 'd', version: 3, statementIndex: 1 },
        { resource: names[2], outcome: 'implicit_deny' },
      ],
    });
  });

  it('allows no request that names nothing', () => {
    expect(authorize(root, { action: 'tat:RunCommand', resources: [] })).toEqual({ allowed: false, resources: [] });
  });

  it('knows both names of one action, and corrects a misspelt deny but never an allow', () => {
    const status = { action: 'tat:DescribeAutomationAgentStatus' };
    expect(ask(user(attach('p', { effect: 'allow', action: 'tat:*Agents' })), CMD, status).allowed).toBe(true);
    const invoke = { action: 'tat:InvokeCommand' };
    expect(ask(user(attach('p', { effect: 'allow', action: 'tat:InvokeCommands' })), CMD, invoke).allowed).toBe(false);
    const denied = user(attach('p', { effect: 'allow' }, { effect: 'deny', action: 'tat:InvokeCommands' }));
    expect(ask(denied, CMD, invoke).allowed).toBe(false);
    const other = user(attach('p', { effect: 'allow' }, { effect: 'deny', action: 'tat:*Commands' }));
    expect(ask(other, CMD, invoke).allowed).toBe(true);
  });
});

describe('what closes', () => {
  const all = attach('all', { effect: 'allow' });
  const unreadable: AttachedPolicy = { policyId: 'broken', version: 9, compiled: UNREADABLE_POLICY };
  const denied = { outcome: 'explicit_deny', policyId: 'broken', version: 9 };

  it('a policy that could not be read, wherever it is attached', () => {
    expect(ask(user(all, unreadable)).resources).toMatchObject([denied]);
    expect(ask({ ...user(all), boundary: unreadable }).resources).toMatchObject([denied]);
    expect(ask({ ...root, sessionPolicies: [unreadable] }).resources).toMatchObject([denied]);
    expect(ask({ ...root, policies: [unreadable] }).allowed).toBe(true);
  });

  it.each([
    'command/cmd-aaaaaaaa',
    '',
    'qcs::tat:ap-guangzhou::',
    'qcs:id/7:tat:ap-guangzhou::command/x',
    'qcs::*:ap-guangzhou::command/x',
    'qcs::tat:*::command/x',
    'qcs::tat:ap-guangzhou:root:command/x',
    'qcs::tat:ap-guangzhou:uid/1250000000:command/x',
    'qcs::cos:ap-guangzhou:uid/1250000001:bucket/x',
    'qcs::tat:ap-guangzhou:uin/200000000002:command/x',
  ])('a resource that is malformed or another account’s, also for root: %j', (name) => {
    expect(ask(user(all), name).resources).toEqual([{ resource: name, outcome: 'implicit_deny' }]);
    expect(ask(root, name).allowed).toBe(false);
  });

  it('an operation-level request under anything but `*`', () => {
    expect(ask(user(attach('p', { effect: 'allow', resource: 'qcs:::::*' })), '*').allowed).toBe(false);
    expect(ask(user(all), '*').allowed).toBe(true);
    expect(ask(root, '*').allowed).toBe(true);
  });
});

describe('root, boundaries and sessions', () => {
  it('root may do everything at home, its own policies unasked', () => {
    expect(ask({ ...root, policies: [attach('d', { effect: 'deny' })] }).allowed).toBe(true);
  });

  it('a boundary and every session policy must allow as well, also for root', () => {
    const all = attach('all', { effect: 'allow' });
    const reads = attach('reads', { effect: 'allow', action: 'tat:Describe*' });
    const caller = { ...user(all), boundary: all, sessionPolicies: [all, reads] };
    expect(ask(caller).resources).toEqual([{ resource: CMD, outcome: 'implicit_deny' }]);
    const read = { action: 'tat:DescribeCommands' };
    expect(ask(caller, CMD, read).resources).toMatchObject([{ outcome: 'allowed', policyId: 'all' }]);
    expect(ask({ ...root, sessionPolicies: [reads] }).allowed).toBe(false);
    expect(ask({ ...root, sessionPolicies: [reads] }, CMD, read).allowed).toBe(true);
    expect(ask({ ...user(), boundary: all }).allowed).toBe(false);
    expect(ask({ ...user(all), boundary: attach('d', { effect: 'deny' }) }).resources).toMatchObject([
      { outcome: 'explicit_deny', policyId: 'd' },
    ]);
  });
});

describe('a resource pattern', () => {
  const covers = (resource: string, name: string) =>
    ask(user(attach('p', { effect: 'allow', resource })), name).allowed;

  it.each([
    ['qcs::tat:gz::command/*', 'qcs::tat:ap-guangzhou:uin/100000000001:command/cmd-1'],
    ['qcs::tat:ap-guangzhou:uin/100000000001:command/cmd-1', 'qcs::tat:gz::command/cmd-1'],
    ['qcs:id/0:t*::*:*', 'qcs:id/0:tat:ap-guangzhou::command/cmd-1'],
    ['qcs::batch:::job/job-1/*', 'qcs::batch:r::job/job-1'],
    ['qcs::cos::uid/1250000000:bucket/*', 'qcs::cos:r:uid/1250000000:bucket/a:b/c'],
    ['qcs::cam::uin/100000000001:uin/*', 'qcs::cam:::uin/100000000011'],
    [`qcs::q:::queue/\${owner_uin}/\${app_id}/\${uin}/*`, 'qcs::q:r::queue/100000000001/1250000000/100000000011/x'],
  ])('%j covers %j', (pattern, name) => {
    expect(covers(pattern, name)).toBe(true);
  });

  it.each([
    ['qcs::tat:bj::command/*', 'qcs::tat:ap-guangzhou::command/cmd-1'],
    ['qcs::tat:ap-guangzhou::role/*', 'qcs::tat:::role/x'],
    ['qcs::tat::uin/200000000002:command/*', 'qcs::tat:r::command/cmd-1'],
    ['qcs::cvm:::*', 'qcs::tat:r::command/cmd-1'],
    ['qcs::tat:::command/cmd-1', 'qcs::tat:r::command/cmd-12'],
    ['qcs::tat:::command/cmd-1', 'qcs::tat:r::command/cmd-1/x'],
    ['qcs::batch:::job/job-1/*', 'qcs::batch:r::job/job-12'],
    [`qcs::q:::queue/\${uin}/*`, 'qcs::q:r::queue/100000000012/x'],
  ])('%j does not cover %j', (pattern, name) => {
    expect(covers(pattern, name)).toBe(false);
  });
});

describe('a condition', () => {
  it.each<[object, Record<string, string | number | boolean | string[]>, object]>([
    [{ string_equal: { k: ['a', 'b'] } }, { K: 'b' }, YES],
    [{ string_equal: { k: 'a' } }, { k: 'A' }, NO],
    [{ string_not_equal: { k: ['a', 'b'] } }, { k: 'b' }, NO],
    [{ string_not_equal: { k: ['a', 'b'] } }, { k: ['c', 'd'] }, YES],
    [{ string_not_equal: { k: 'a' } }, { k: ['a', 'd'] }, NO],
    [{ string_equal_ignore_case: { k: 'a' } }, { k: 'A' }, YES],
    [{ string_not_equal_ignore_case: { k: 'a' } }, { k: 'A' }, NO],
    [{ string_equal_ignore_case: { k: `U-\${uin}` } }, { k: 'u-100000000011' }, YES],
    [{ string_like: { k: 'image/*' } }, { k: 'image/png' }, YES],
    [{ string_like: { k: `*-\${uin}` } }, { k: 'x-100000000011' }, YES],
    [{ string_not_like: { k: 'image/*' } }, { k: 'text' }, YES],
    [{ binary_equal: { k: 'QQ==' } }, { k: 'QQ==' }, YES],
    [{ string_equal: { k: `\${uin}/\${owner_uin}` } }, { k: '100000000011/100000000001' }, YES],
    [{ numeric_equal: { k: 500 } }, { k: '500.0' }, YES],
    [{ numeric_not_equal: { k: 500 } }, { k: 501 }, YES],
    [{ numeric_less_than: { k: 5 } }, { k: 5 }, NO],
    [{ numeric_less_than_equal: { k: 5 } }, { k: 5 }, YES],
    [{ numeric_greater_than: { k: 5 } }, { k: 5 }, NO],
    [{ numeric_greater_than_equal: { k: 5 } }, { k: 5 }, YES],
    [{ date_greater_than: { k: '2026-01-01' } }, { k: '2026-01-01T00:00:01Z' }, YES],
    [{ date_not_equal: { k: '2026-01-01' } }, { k: '2026-01-01 00:00:00' }, NO],
    [{ ip_equal: { 'qcs:ip': ['10.0.0.0/8', '2001:db8::/32'] } }, { 'qcs:ip': '2001:db8::7' }, YES],
    [{ ip_not_equal: { 'qcs:ip': ['10.0.0.0/8', '192.0.2.0/24'] } }, { 'qcs:ip': '192.0.2.1' }, NO],
    [{ bool_equal: { k: true } }, { k: true }, YES],
    [{ bool_equal: { k: 'false' } }, { k: 'true' }, NO],
    [{ string_equal: { mfa: '0' } }, { 'qcs:mfa': 0 }, YES],
    [{ string_equal: { a: '1', b: '2' } }, { a: '1', b: '3' }, NO],
    [{ string_equal: { a: '1' }, numeric_equal: { b: 2 } }, { a: '1', b: 2 }, YES],
    [{ string_equal: { a: '1' }, numeric_equal: { b: 2 } }, { a: '1', b: 3 }, NO],
    [{ 'for_any_value:string_equal': { k: ['a', 'b'] } }, { k: ['x', 'b'] }, YES],
    [{ 'for_all_value:string_equal': { k: ['a', 'b'] } }, { k: ['b', 'a'] }, YES],
    [{ 'for_all_value:string_equal': { k: ['a', 'b'] } }, { k: ['b', 'x'] }, NO],
    [{ 'for_all_value:string_equal': { k: 'a' } }, { k: [] }, NO],
    [{ 'for_any_value:string_not_equal': { k: 'a' } }, { k: ['a', 'b'] }, YES],
    [{ null_equal: { k: true } }, {}, YES],
    [{ null_equal: { k: 'true' } }, { k: '' }, YES],
    [{ null_equal: { k: true } }, { k: 'x' }, NO],
    [{ null_equal: { k: false } }, { k: 'x' }, YES],
    [{ null_equal: { k: ['true', 'false'] } }, { k: 'x' }, YES],
  ])('%j of a request with %j', (condition, context, expected) => {
    expect(met(condition, { context })).toEqual(expected);
  });

  it.each([
    { string_equal: { k: 'a' } },
    { string_not_equal: { k: 'a' } },
    { ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } },
    { 'for_all_value:string_equal': { k: 'a' } },
  ])('%j is not met when its key is missing', (condition) => {
    expect(met(condition)).toEqual(NO);
  });

  it('is met without its key when it ends in _if_exist, and judged with it', () => {
    const condition = { 'for_any_value:numeric_less_than_if_exist': { k: 5 } };
    expect(met(condition)).toEqual(YES);
    expect(met(condition, { context: { k: 6 } })).toEqual(NO);
  });

  it.each([
    [{ ip_equal: { 'qcs:ip': '10.0.0.0/8' } }, { 'qcs:ip': 'unknown' }],
    [{ ip_not_equal: { 'qcs:ip': '10.0.0.0/8' } }, { 'qcs:ip': 'unknown' }],
    [{ numeric_less_than: { k: 5 } }, { k: ['1', 'many'] }],
    [{ date_less_than: { k: '2026-01-01' } }, { k: 'tomorrow' }],
    [{ bool_equal: { k: true } }, { k: 'yes' }],
  ])('%j meets no allow and every deny for a value it cannot read, %j', (condition, context) => {
    expect(met(condition, { context })).toEqual(CLOSED);
  });

  it('sees the tags of the resource at hand, by either name, and those of the request', () => {
    const resources = [{ name: CMD, tags: { team: 'ops', Env: 'prod' } }];
    expect(met({ 'for_any_value:string_equal': { 'qcs:tag': 'team&ops' } }, { resources })).toEqual(YES);
    expect(met({ string_equal: { 'qcs:resource_tag/Env': 'prod' } }, { resources })).toEqual(YES);
    expect(met({ string_equal: { 'qcs:resource_tag/env': 'prod' } }, { resources })).toEqual(NO);
    expect(met({ null_equal: { 'qcs:resource_tag/team': false } }, { resources })).toEqual(YES);
    const requestTags = { team: 'ops' };
    expect(met({ 'for_all_value:string_equal': { 'qcs:request_tag': 'team&ops' } }, { requestTags })).toEqual(YES);
    expect(met({ string_equal: { 'QCS:Request_Tag/team': 'ops' } }, { requestTags })).toEqual(YES);
    expect(met({ 'for_any_value:string_equal': { 'qcs:request_tag': 'team&dev' } }, { requestTags })).toEqual(NO);
  });

  it('takes a resource’s attributes before the context, unless they hold nothing', () => {
    const condition = {
      string_equal: { 'qcs:create_uin': `\${uin}` },
      numeric_less_than_equal: { 'cvm:disk_size': 500 },
    };
    const context = { 'qcs:create_uin': '1', 'CVM:disk_size': 501 };
    const asked = (attributes: Record<string, ContextValue>) =>
      met(condition, { context, resources: [{ name: CMD, attributes }] });
    expect(asked({ 'qcs:create_uin': '100000000011', 'cvm:Disk_Size': [500, '1'] })).toEqual(YES);
    expect(asked({ 'qcs:create_uin': '100000000011' })).toEqual(NO);
    expect(asked({ 'qcs:create_uin': '100000000011', 'cvm:disk_size': [] })).toEqual(NO);
    expect(asked({})).toEqual(NO);
  });

  it('gives each resource its own attributes and tags', () => {
    const caller = user(
      attach('p', { effect: 'allow', condition: { string_equal: { 'cvm:image_type': 'a', 'qcs:tag/t': 'b' } } }),
    );
    const resource = (name: string, type: string, tag: string) => ({
      name: `${CMD}${name}`,
      attributes: { 'cvm:image_type': type },
      tags: { t: tag },
    });
    const resources = [resource('1', 'a', 'b'), resource('2', 'x', 'b'), resource('3', 'a', 'x'), { name: CMD }];
    const { allowed, resources: decisions } = authorize(caller, { action: 'tat:RunCommand', resources });
    expect(allowed).toBe(false);
    expect(decisions.map(({ outcome }) => outcome === 'allowed')).toEqual([true, false, false, false]);
  });

  it('reads a key in any spelling, and the normalised spelling first', () => {
    expect(met({ string_equal: { MFA: '1' } }, { context: { mfa: 1 } })).toEqual(YES);
    expect(met({ string_equal: { 'App:N': 'a' } }, { context: { 'APP:n': 'a' } })).toEqual(YES);
    expect(met({ string_equal: { 'app:n': 'a' } }, { context: { 'app:n': 'a', 'APP:N': 'b' } })).toEqual(YES);
    expect(met({ string_equal: { 'app:n': 'a' } }, { context: { 'APP:N': 'b', 'app:n': 'a' } })).toEqual(YES);
    expect(met({ null_equal: { tostring: true } })).toEqual(YES);
  });

  it('takes uins and tags from nobody’s word', () => {
    const context = { 'qcs:uin': ROOT, 'QCS:owner_uin': '1', 'qcs:tag': 'team&ops', 'qcs:request_tag': 'team&ops' };
    expect(met({ string_equal: { 'qcs:uin': `\${uin}`, 'qcs:owner_uin': ROOT } }, { context })).toEqual(YES);
    expect(met({ string_equal: { 'qcs:resource_tag': 'team&ops' } }, { context })).toEqual(NO);
    expect(met({ string_equal: { 'qcs:request_tag': 'team&ops' } }, { context })).toEqual(NO);
    const resources = [
      { name: CMD, attributes: { 'qcs:uin': '1', 'qcs:resource_tag': 'team&ops', 'qcs:tag/team': 'ops' } },
    ];
    expect(met({ string_equal: { 'qcs:uin': '1' } }, { resources })).toEqual(NO);
    expect(met({ null_equal: { 'qcs:resource_tag': true, 'qcs:resource_tag/team': true } }, { resources })).toEqual(
      YES,
    );
  });

  it('calls an assumed role by its id', () => {
    const role = {
      ...user(attach('p', { effect: 'allow', resource: `qcs::q:::of/\${uin}` })),
      uin: '4611686018428000001',
    };
    expect(ask(role, 'qcs::q:::of/4611686018428000001').allowed).toBe(true);
    expect(ask(role, 'qcs::q:::of/100000000011').allowed).toBe(false);
  });
});

describe('the largest policy', () => {
  it('is decided without going back, whatever its patterns', () => {
    const resource = Array.from({ length: 18 }, (_, i) => `qcs::tat:::${'*a'.repeat(100)}${i}`);
    const caller = user(attach('p', { effect: 'allow', resource }));
    const name = `qcs::tat:ap-guangzhou::${'a'.repeat(1000)}`;
    // a matcher that tries again would take longer than a test may
    expect(ask(caller, name).allowed).toBe(false);
  });
});
