import { describe, expect, it } from 'vitest';
import { type ContextValues, parseTrustPolicy, trusts } from './index.ts';

const [HOME, OTHER] = ['100000000001', '200000000002'];
const ann = { uin: '100000000011', accountUin: HOME, isRoot: false };
const root = { uin: HOME, accountUin: HOME, isRoot: true };
const stranger = { uin: '200000000022', accountUin: OTHER, isRoot: false };

interface Statement {
  readonly effect?: 'allow' | 'deny';
  readonly action?: string;
  readonly resource?: string;
  readonly principal?: unknown;
  readonly condition?: object;
}

const everyone = { qcs: `qcs::cam::uin/${HOME}:root` };
const policy = (...statements: Statement[]) =>
  parseTrustPolicy(
    JSON.stringify({
      version: '2.0',
      statement: statements.map((one) => ({
        effect: 'allow',
        action: 'name/sts:AssumeRole',
        principal: everyone,
        ...one,
      })),
    }),
  );
const trusted = (who: typeof ann, statements: Statement[], context: ContextValues = {}) =>
  trusts(policy(...statements), who, context);

describe('a trust policy', () => {
  it('trusts every principal of an account that it names by its root, and nobody else', () => {
    expect([ann, root, stranger].map((who) => trusted(who, [{}]))).toEqual([true, true, false]);
  });

  it('trusts one user by uin, in their own account only', () => {
    const statements = [{ principal: { qcs: [`qcs::cam::uin/${HOME}:uin/${ann.uin}`] } }];
    const namesake = { ...ann, accountUin: OTHER };
    expect([ann, root, namesake].map((who) => trusted(who, statements))).toEqual([true, false, false]);
  });

  it('trusts everybody for `*`, and no principal of CAM for a service', () => {
    expect(trusted(stranger, [{ principal: '*' }])).toBe(true);
    expect(trusted(ann, [{ principal: { service: 'cvm.example' } }])).toBe(false);
  });

  it('lets a deny win, whatever the order', () => {
    const deny = { effect: 'deny' as const, principal: { qcs: `qcs::cam::uin/${HOME}:uin/${ann.uin}` } };
    for (const statements of [
      [{}, deny],
      [deny, {}],
    ]) {
      expect([ann, root].map((who) => trusted(who, statements))).toEqual([false, true]);
    }
  });

  it.each(['sts:*', '*', '*:*', 'sts:Assume*'])('is about assuming the role with the action %j', (action) => {
    expect(trusted(ann, [{ action }])).toBe(true);
    expect(trusted(ann, [{}, { effect: 'deny', action }])).toBe(false);
  });

  it('says nothing about other actions', () => {
    expect(trusted(ann, [{ action: 'sts:GetFederationToken' }])).toBe(false);
  });

  it('judges conditions on the context, the uin and the account', () => {
    const ip = [{ condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } }];
    expect(trusted(ann, ip, { 'qcs:ip': '10.1.2.3' })).toBe(true);
    expect(trusted(ann, ip, { 'qcs:ip': '192.0.2.1' })).toBe(false);
    const self = [{ condition: { string_equal: { 'qcs:uin': ann.uin, 'qcs:owner_uin': `\${owner_uin}` } } }];
    expect(trusted(ann, self, { 'qcs:uin': root.uin })).toBe(true);
    expect(trusted(root, self, { 'qcs:uin': ann.uin })).toBe(false);
  });

  it.each<Statement>([
    { resource: `qcs::cam::uin/${HOME}:roleName/ops` },
    { condition: { string_not_equal: { k: `\${app_id}` } } },
  ])('closes where it cannot be judged: %j', (statement) => {
    expect(trusted(ann, [statement], { k: 'x' })).toBe(false);
    expect(trusted(ann, [{}, { ...statement, effect: 'deny' }], { k: 'x' })).toBe(false);
  });
});
