import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/fixture.ts';
import { accessLevel, checkConditionKeys, checkKinds, checkResources, checkTags, withAccount } from './question.ts';
import { isInternal, serviceMay } from './service-access.ts';

const refusal = (work: () => unknown) => refusalOf(Promise.resolve().then(work));
const resources = (count: number, resource = '*') => Array.from({ length: count }, () => ({ resource }));

describe('a question', () => {
  it.each(['tat:*', '*', 'RunCommand', 'name/tat:RunCommand', ' tat:RunCommand', ''])(
    'does not ask about the action %j',
    async (action) => {
      expect((await refusal(() => accessLevel(action))).reason).toBe('InvalidParameter.ActionError');
    },
  );

  it('names an action of a catalogue, also by another name, or one that an incomplete catalogue may have', async () => {
    expect(accessLevel('tat:RunCommand')).toBe('write');
    expect(accessLevel('tat:DescribeAutomationAgents')).toBe('list');
    expect(accessLevel('cam:GetUser')).toBe('read');
    expect(accessLevel('cvm:DoSomethingNew')).toBe('write');
    expect(accessLevel('muster:SaveCommand')).toBe('read');
    const reason = async (action: string) => (await refusal(() => accessLevel(action))).reason;
    expect(await reason('tat:InvokeCommands')).toBe('InvalidParameter.ActionNotExist');
    expect(await reason('tta:RunCommand')).toBe('InvalidParameter.ActionServiceNotExist');
  });

  it('has keys of its own, none of which this service knows itself, each once with 1 to 50 values', async () => {
    const keys = (...names: string[]) => names.map((key) => ({ key, values: ['v'] }));
    expect(checkConditionKeys('RequestContext', keys('muster:os_user', 'qcs:create_uin'))).toEqual({
      'muster:os_user': ['v'],
      'qcs:create_uin': ['v'],
    });
    const reserved = ['qcs:ip', ' QCS:IP ', 'qcs:current_time', 'qcs:uin', 'qcs:owner_uin', 'qcs:mfa', 'mfa', 'MFA'];
    const tags = ['qcs:tag', 'qcs:resource_tag', 'qcs:resource_tag/team', 'qcs:request_tag/team', 'qcs:Tag/team'];
    for (const key of [...reserved, ...tags, '', ' ']) {
      const refused = await refusal(() => checkConditionKeys('RequestContext', keys(key)));
      expect(refused, key).toMatchObject({ kind: 'invalid', details: { field: 'RequestContext' } });
    }
    for (const given of [
      keys('cvm:region', 'CVM:Region'),
      keys(...Array.from({ length: 51 }, (_, i) => `k${i}`)),
      [{ key: 'k', values: [] }],
      [{ key: 'k', values: Array.from({ length: 51 }, String) }],
    ]) {
      expect((await refusal(() => checkConditionKeys('RequestContext', given))).kind).toBe('invalid');
    }
    const own = checkConditionKeys('RequestContext', keys('__proto__'));
    expect(Object.entries(own)).toEqual([['__proto__', ['v']]]);
  });

  it('is about 1 to 8 kinds of resources that end in a star', async () => {
    checkKinds(Array.from({ length: 8 }, () => 'qcs::tat:ap-guangzhou::command/*'));
    checkKinds(['qcs::cam::uin/7:uin/*']);
    const kind = 'qcs::tat:r::command/*';
    for (const bad of [[], Array.from({ length: 9 }, () => kind), ['*'], ['command/*'], ['qcs::tat:r::command/x']]) {
      expect((await refusal(() => checkKinds(bad))).kind).toBe('invalid');
    }
    expect((await refusal(() => checkKinds(['qcs::tat:r::*/x*']))).kind).toBe('invalid');
  });

  it('names 1 to 200 resources of at most 1,024 characters', async () => {
    checkResources(resources(1));
    checkResources(resources(200, 'x'.repeat(1_024)));
    for (const bad of [resources(0), resources(201), resources(1, 'x'.repeat(1_025))]) {
      expect((await refusal(() => checkResources(bad))).reason).toBe('InvalidParameterValue.LimitExceeded');
    }
  });

  it('has at most 50 tags, and each key once', async () => {
    const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: 'v' }));
    expect(Object.keys(checkTags('Tags', tags(50)))).toHaveLength(50);
    expect((await refusal(() => checkTags('Tags', tags(51)))).message).toBe('Tags must be at most 50, were 51');
    const twice = [
      { key: 'team', value: 'ops' },
      { key: 'team', value: 'dev' },
    ];
    expect((await refusal(() => checkTags('Tags', twice))).message).toBe('Tags must not hold a key twice');
    const proto = checkTags('Tags', [{ key: '__proto__', value: 'v' }]);
    expect(Object.entries(proto)).toEqual([['__proto__', 'v']]);
  });

  it('is about the caller’s own account unless it says another', () => {
    expect(withAccount('qcs::tat:r::command/a:b', '7')).toBe('qcs::tat:r:uin/7:command/a:b');
    for (const as of ['*', 'qcs::tat:r:uin/8:command/x', 'command/x', 'arn::tat:r::command/x', '']) {
      expect(withAccount(as, '7')).toBe(as);
    }
  });
});

describe('internal actions', () => {
  it('are listed one by one, with who may', () => {
    expect(serviceMay('gateway', 'muster:Authorize')).toBe(true);
    expect(serviceMay('invocation-svc', 'muster:ResolveCommand')).toBe(true);
    expect(serviceMay('gateway', 'muster:ResolveCommand')).toBe(false);
    expect(serviceMay('invocation-svc', 'tat:RunCommand')).toBe(false);
    expect(serviceMay('invocation-svc', 'toString')).toBe(false);
    expect(isInternal('muster:SaveCommand')).toBe(true);
    expect(isInternal('tat:SaveCommand')).toBe(false);
  });
});
