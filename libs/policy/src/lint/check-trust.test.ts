import { describe, expect, it } from 'vitest';
import { RULE, short } from './lint.test-support.ts';

describe('a trust policy, to the linter', () => {
  const trust = { effect: 'allow', action: 'name/sts:AssumeRole' };
  const owner = { qcs: ['qcs::cam::uin/67890:root'] };

  it('needs principals and no resources', () => {
    expect(short({ ...trust, principal: owner }, { trust: true })).toEqual([]);
    expect(short(trust, { trust: true })).toEqual(['InvalidParameter.PrincipalError statement[0].principal']);
    expect(short({ ...RULE, principal: owner })).toEqual(['InvalidParameter.PrincipalError statement[0].principal']);
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
