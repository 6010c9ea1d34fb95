import { describe, expect, it } from 'vitest';
import { policy, ROOT, type Rule, unreadable, user } from '../../tests/explained.ts';
import { effective } from '../index.ts';

const OFFICE = { ip_equal: { 'qcs:ip': '10.0.0.0/8' } };
const of = (...rules: Rule[]) => user(policy('p', rules));
const find = (principal: ReturnType<typeof user>, action: string) =>
  effective(principal).find((one) => one.action === action);

describe('what somebody may do', () => {
  it('lists the actions that a statement allows, and on what', () => {
    const principal = of(
      { effect: 'allow', action: 'tat:DescribeCommands' },
      { effect: 'allow', action: 'tat:RunCommand', resource: ['qcs::tat:::command/*', 'qcs::cvm:gz::instance/ins-a'] },
      { effect: 'allow', action: 'tat:InvokeCommand', condition: OFFICE },
    );
    expect(effective(principal)).toEqual([
      { action: 'tat:DescribeCommands', kind: 'always', allow: ['*'], deny: [], hasConditions: false },
      { action: 'tat:InvokeCommand', kind: 'conditional', allow: ['*'], deny: [], hasConditions: true },
      {
        action: 'tat:RunCommand',
        kind: 'conditional',
        allow: ['qcs::tat:::command/*', 'qcs::cvm:gz::instance/ins-a'],
        deny: [],
        hasConditions: false,
      },
    ]);
  });

  it('counts an allow on every resource of the kind as all of it', () => {
    expect(find(of({ effect: 'allow', resource: 'qcs::tat:::command/*' }), 'tat:ModifyCommand')?.kind).toBe('always');
    expect(find(of({ effect: 'allow', resource: `qcs::tat::uin/${ROOT}:*` }), 'tat:ModifyCommand')?.kind).toBe(
      'always',
    );
    expect(find(of({ effect: 'allow', resource: 'qcs::tat:gz::command/*' }), 'tat:ModifyCommand')?.kind).toBe(
      'conditional',
    );
  });

  it('leaves out what cannot be allowed: another kind of resource, or anything but `*` for an operation', () => {
    const principal = of({ effect: 'allow', resource: ['qcs::tat:::command/*', 'qcs::cos:::b/*'] });
    expect(find(principal, 'tat:CreateCommand')).toBeUndefined();
    expect(find(principal, 'tat:CancelInvocation')).toBeUndefined();
    expect(find(principal, 'tat:DeleteCommand')?.allow).toEqual(['qcs::tat:::command/*']);
  });

  it('shows denies where they meet an allow, and drops what is denied whole', () => {
    const principal = of(
      { effect: 'allow' },
      { effect: 'deny', action: 'tat:DeleteCommand', resource: 'qcs::tat:::command/cmd-a' },
      { effect: 'deny', action: 'tat:RunCommand' },
      { effect: 'deny', action: 'tat:InvokeCommand', condition: OFFICE },
      { effect: 'deny', action: 'tat:CreateCommand', resource: 'qcs::tat:::command/*' },
    );
    expect(find(principal, 'tat:DeleteCommand')).toMatchObject({
      kind: 'conditional',
      allow: ['*'],
      deny: ['qcs::tat:::command/cmd-a'],
      hasConditions: false,
    });
    expect(find(principal, 'tat:RunCommand')).toBeUndefined();
    expect(find(principal, 'tat:InvokeCommand')).toMatchObject({ deny: ['*'], hasConditions: true });
    expect(find(principal, 'tat:CreateCommand')).toMatchObject({ kind: 'always', deny: [] });
  });

  it('shows of a boundary and a session only what all allow', () => {
    const full = of({ effect: 'allow', action: '*' });
    const boundary = policy(
      'b',
      [{ effect: 'allow', action: 'tat:*', resource: 'qcs::tat:gz::command/*' }],
      'boundary',
    );
    expect(effective({ ...full, boundary }).every(({ allow }) => allow.join() === 'qcs::tat:gz::command/*')).toBe(true);
    const session = policy(
      's',
      [{ effect: 'allow', resource: ['qcs::tat:::command/cmd-*', 'qcs::tat:::*-b', 'qcs::tat:bj::*'] }],
      'session',
    );
    expect(find({ ...full, boundary, sessionPolicies: [session] }, 'tat:DeleteCommand')?.allow).toEqual([
      'qcs::tat:ap-guangzhou::command/cmd-*',
      'qcs::tat:ap-guangzhou::command/*',
    ]);
    const root = { ...user(), isRoot: true, uin: ROOT };
    expect(find(root, 'cos:GetObject')).toMatchObject({ kind: 'always', allow: ['*'] });
    expect(effective({ ...root, sessionPolicies: [session] }, 'cos')).toEqual([]);
  });

  it('takes short and full names of a region for the same, and patterns for disjoint only where they are', () => {
    const bound = (resource: string, limit: string) => {
      const boundary = policy('b', [{ effect: 'allow', resource: limit }], 'boundary');
      return find({ ...of({ effect: 'allow', resource }), boundary }, 'tat:DeleteCommand')?.allow;
    };
    expect(bound('qcs::tat:gz::command/a*', 'qcs::tat:ap-guangzhou::command/*b')).toEqual([
      'qcs::tat:ap-guangzhou::command/a*',
    ]);
    expect(bound('qcs::tat:gz::command/*', 'qcs::tat:bj::command/*')).toBeUndefined();
    expect(bound('qcs::tat:::command/a*', 'qcs::tat:::command/b*')).toBeUndefined();
    expect(bound('qcs::tat:::command/*a', 'qcs::tat:::command/*b')).toBeUndefined();
    expect(bound('qcs::tat:::command/a', 'qcs::tat:gz::command/b*')).toBeUndefined();
  });

  it('fills variables in and names actions beyond the catalogue', () => {
    const principal = of({ effect: 'allow', action: ['vpc:Peer', 'tat:*'], resource: `qcs::tat:::command/\${uin}-*` });
    expect(find(principal, 'tat:DeleteCommand')?.allow).toEqual([`qcs::tat:::command/${principal.uin}-*`]);
    expect(effective(principal, 'vpc').map(({ action }) => action)).toEqual(['vpc:Peer']);
  });

  it('is nothing for whom a policy that cannot be read is attached', () => {
    expect(effective(user(policy('p', [{ effect: 'allow' }]), unreadable('broken')))).toEqual([]);
  });
});
