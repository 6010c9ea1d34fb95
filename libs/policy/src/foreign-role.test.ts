import { describe, expect, it } from 'vitest';
import { authorize, compilePolicy, type Principal, parsePolicy } from './index.ts';

const [OWN, OTHER] = ['100000000001', '200000000002'];
const ROLE = `qcs::cam::uin/${OTHER}:roleName/ops`;

function caller(effect: 'allow' | 'deny', ...resource: string[]): Principal {
  const statement = [
    { effect, action: 'sts:AssumeRole', resource },
    ...(effect === 'deny' ? [{ effect: 'allow', action: '*', resource: '*' }] : []),
  ];
  const compiled = compilePolicy(parsePolicy(JSON.stringify({ version: '2.0', statement }), { account: OWN }));
  const policies = [{ policyId: '1', version: 1, compiled }];
  return { uin: '100000000011', rootUin: OWN, appId: '1', isRoot: false, policies };
}

const outcome = (principal: Principal, name = ROLE, anyAccount = true) =>
  authorize(principal, { action: 'sts:AssumeRole', resources: [{ name, anyAccount }] }).resources[0]!.outcome;

describe('the role of another account', () => {
  it.each(['*', ROLE, 'qcs::cam::*:roleName/*', `qcs::cam::uin/${OTHER}:roleName/*`])('is covered by %s', (pattern) => {
    expect(outcome(caller('allow', pattern))).toBe('allowed');
    expect(outcome(caller('deny', pattern))).toBe('explicit_deny');
  });

  it.each(['qcs::cam:::roleName/*', 'qcs::cam:::*', `qcs::cam::uin/${OWN}:roleName/*`])(
    'is not covered by %s, which means the own account',
    (pattern) => {
      expect(outcome(caller('allow', pattern))).toBe('implicit_deny');
      expect(outcome(caller('deny', pattern))).toBe('allowed');
      expect(outcome(caller('allow', pattern), 'qcs::cam:::roleName/ops')).toBe('allowed');
    },
  );

  it('is out of reach when the question is not about assuming it', () => {
    expect(outcome(caller('allow', '*'), ROLE, false)).toBe('implicit_deny');
  });

  it('may be asked about by a root, and must be well formed', () => {
    const root = { ...caller('deny', '*'), isRoot: true };
    expect(outcome(root)).toBe('allowed');
    expect(outcome(root, 'qcs::cam::uin/x:roleName/ops')).toBe('implicit_deny');
  });
});

it('only roles of other accounts may be named in a policy', () => {
  for (const path of ['roleName/ops', 'role/4611']) caller('allow', `qcs::cam::uin/${OTHER}:${path}`);
  for (const path of ['uin/1', '*', 'roles/1']) {
    expect(() => caller('allow', `qcs::cam::uin/${OTHER}:${path}`)).toThrow('must name this account');
  }
});
