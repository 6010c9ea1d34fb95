import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/fixture.ts';
import { checkAction, checkResources, checkTags, withAccount } from './question.ts';
import { isInternal, serviceMay } from './service-access.ts';

const refusal = (work: () => unknown) => refusalOf(Promise.resolve().then(work));
const resources = (count: number, resource = '*') => Array.from({ length: count }, () => ({ resource }));

describe('a question', () => {
  it.each(['tat:*', '*', 'RunCommand', 'name/tat:RunCommand', ' tat:RunCommand', ''])(
    'does not ask about the action %j',
    async (action) => {
      expect((await refusal(() => checkAction(action))).reason).toBe('InvalidParameter.ActionError');
    },
  );

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
