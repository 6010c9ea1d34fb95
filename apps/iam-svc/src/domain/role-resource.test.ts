import type { ResourceDecision } from '@muster/policy';
import { describe, expect, it } from 'vitest';
import { isRole, namesOfRole, parseRoleResource, underEitherName } from './role-resource.ts';

const ROLE = { accountUin: '1', roleId: '55', name: 'ops' };

describe('the name of a role', () => {
  it.each([
    ['qcs::cam::uin/1:role/55', { accountUin: '1', by: 'id', value: '55' }],
    ['qcs::cam::uin/2:roleName/a+=,.@_-Z', { accountUin: '2', by: 'name', value: 'a+=,.@_-Z' }],
    ['qcs:id/0:cam:::role/55', { accountUin: '9', by: 'id', value: '55' }],
  ])('%s is taken apart', (text, ref) => {
    expect(parseRoleResource(text, '9')).toEqual(ref);
  });

  it.each([
    'role/55',
    'qcs::cam:::role/*',
    'qcs::cam:::role/',
    'qcs::cam:::roleName/a b',
    'qcs::cam:::role/tencentcloudServiceRoleName/TAT',
    'qcs::cam:ap-guangzhou::role/55',
    'qcs::sts:::role/55',
    'qcs::cam::uin/x:role/55',
    'qcs::cam:::uin/55',
    'qcs::cam:::role/55\n',
  ])('%j is none', (text) => {
    expect(parseRoleResource(text, '9')).toBeUndefined();
  });

  it('means that role alone', () => {
    for (const name of namesOfRole(ROLE)) expect(isRole(parseRoleResource(name, '')!, ROLE)).toBe(true);
    for (const other of ['uin/1:role/56', 'uin/2:role/55', 'uin/1:roleName/55', 'uin/1:roleName/Ops']) {
      expect(isRole(parseRoleResource(`qcs::cam::${other}`, '')!, ROLE)).toBe(false);
    }
  });
});

describe('two decisions about one role', () => {
  const [allowed, explicit_deny, implicit_deny] = (['allowed', 'explicit_deny', 'implicit_deny'] as const).map(
    (outcome): ResourceDecision => ({ resource: outcome, outcome, policyId: outcome }),
  ) as [ResourceDecision, ResourceDecision, ResourceDecision];

  it.each([
    [allowed, allowed, 'allowed'],
    [allowed, implicit_deny, 'allowed'],
    [allowed, explicit_deny, 'explicit_deny'],
    [implicit_deny, explicit_deny, 'explicit_deny'],
    [implicit_deny, implicit_deny, 'implicit_deny'],
  ])('%j and %j', (one, other, outcome) => {
    const expected = { resource: 'as asked', outcome, policyId: outcome };
    expect(underEitherName('as asked', [one, other])).toEqual(expected);
    expect(underEitherName('as asked', [other, one])).toEqual(expected);
  });
});
