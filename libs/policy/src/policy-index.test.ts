import { describe, expect, it } from 'vitest';
import { actionNumber, MOST_ACTIONS } from './action-numbers.ts';
import { BoundedMemo } from './bounded-memo.ts';
import { type AttachedPolicy, compilePolicy, parsePolicy, UNREADABLE_POLICY } from './index.ts';
import { PolicySet, rulesAbout } from './policy-index.ts';

function attach(policyId: string, ...rules: { effect: 'allow' | 'deny'; action: string }[]): AttachedPolicy {
  const statement = rules.map((rule) => ({ ...rule, resource: '*' }));
  return { policyId, version: 1, compiled: compilePolicy(parsePolicy(JSON.stringify({ version: '2.0', statement }))) };
}

/** `effect policy.statement` of everything said. */
function said(policies: readonly AttachedPolicy[], action: string): string[] {
  const rules = new PolicySet(policies).about(action);
  const named = (effect: 'deny' | 'allow') =>
    rules.flatMap((one) =>
      one[effect].map(({ policy, statement }) => `${effect} ${policy.policyId}.${statement.index}`),
    );
  return [...named('deny'), ...named('allow')];
}

const reader = attach('reader', { effect: 'allow', action: 'tat:Describe*' }, { effect: 'allow', action: 'cos:*' });
const runner = attach(
  'runner',
  { effect: 'deny', action: 'tat:DescribeCommands' },
  { effect: 'allow', action: 'tat:RunCommand' },
);

describe('a set of policies', () => {
  it.each([0, 40])('says what its statements say about an action, beside %i others', (count) => {
    const others = Array.from({ length: count }, (_, i) =>
      attach(`${i}`, { effect: 'allow', action: `vpc:Other${i}` }),
    );
    const all = [reader, ...others, runner];
    expect(said(all, 'tat:DescribeCommands')).toEqual(['deny runner.0', 'allow reader.0']);
    expect(said(all, 'tat:RunCommand')).toEqual(['allow runner.1']);
    expect(said(all, 'cos:GetObject')).toEqual(['allow reader.1']);
    expect(said(all, 'cam:GetUser')).toEqual([]);
  });

  it('looks at the policies once for each action that it remembers', () => {
    const many = Array.from({ length: 33 }, (_, i) => attach(`${i}`, { effect: 'allow', action: 'tat:*' }));
    const set = new PolicySet(many);
    expect(set.about('tat:RunCommand')).toBe(set.about('tat:RunCommand'));
    expect(set.about('tat:RunCommand')[0]!.allow).toHaveLength(33);
    expect(rulesAbout('tat:RunCommand', many[0]!)).toBe(rulesAbout('tat:RunCommand', many[0]!));
  });

  it('shares what it knows with all that hold the same policy, and names it as it is attached', () => {
    const [again, renamed] = [{ ...reader }, { ...reader, policyId: 'other' }];
    const next = { ...reader, version: 2 };
    expect(rulesAbout('cos:X', again)).toBe(rulesAbout('cos:X', reader));
    expect(said([renamed], 'cos:X')).toEqual(['allow other.1']);
    expect(new PolicySet([next]).about('cos:X')[0]!.allow[0]!.policy.version).toBe(2);
    expect(said([reader], 'cos:X')).toEqual(['allow reader.1']);
  });

  it('has nothing of a policy that cannot be read', () => {
    expect(said([{ policyId: 'x', version: 1, compiled: UNREADABLE_POLICY }, reader], 'cos:X')).toEqual([
      'allow reader.1',
    ]);
  });
});

describe('a bounded memo', () => {
  it('makes a value once, as long as no more keys than its limit have come since', () => {
    const made: string[] = [];
    const memo = new BoundedMemo((key) => made.push(key), 2);
    expect(['a', 'b', 'a', 'b'].map((key) => memo.get(key))).toEqual([1, 2, 1, 2]);
    expect(memo.get('c')).toBe(3);
    expect(memo.get('b')).toBe(2);
    expect(memo.get('a')).toBe(4);
    expect(made).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('the numbers of actions', () => {
  it('stay the same, and end somewhere: policies are then read for every question', () => {
    const known = actionNumber('tat:RunCommand');
    const first = actionNumber('vpc:First');
    for (let i = 0; i < MOST_ACTIONS; i++) actionNumber(`vpc:More${i}`);
    expect([actionNumber('tat:RunCommand'), actionNumber('vpc:First')]).toEqual([known, first]);
    expect(actionNumber('vpc:OneTooMany')).toBeUndefined();
    const late = attach('late', { effect: 'allow', action: 'vpc:One*' });
    expect(said([reader, late], 'vpc:OneTooMany')).toEqual(['allow late.0']);
    expect(said([reader, late], 'vpc:Other')).toEqual([]);
  });
});
