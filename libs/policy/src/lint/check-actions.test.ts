import { describe, expect, it } from 'vitest';
import { lint, RULE } from './lint.test-support.ts';

describe('about actions, the linter', () => {
  it.each<[string, string, string]>([
    ['InvalidParameter.ActionNotExist', 'tat:InvokCommand', 'did you mean `tat:InvokeCommand`?'],
    ['InvalidParameter.ActionNotExist', 'tat:runcommand', 'must be an action of tat, was `tat:runcommand`; did you'],
    ['InvalidParameter.ActionNotExist', 'cam:AttachPolicyToUser', 'was `cam:AttachPolicyToUser`'],
    ['UnknownAction', 'cvm:RunInstance', 'did you mean `cvm:RunInstances`?'],
    ['UnknownService', 'tta:RunCommand', 'did you mean `tat`?'],
    ['UnknownService', 'xyzzy:*', 'names the unknown service `xyzzy`'],
    ['EmptyPattern', 'tat:Foo*', 'matches no known action, is `tat:Foo*`'],
    ['EmptyPattern', '*:Foo*', 'matches no known action'],
    ['EmptyPattern', 'cvm:*Foo', 'matches no known action'],
    ['AliasAction', 'tat:DescribeAutomationAgents', 'another name of `tat:DescribeAutomationAgentStatus`'],
    ['MisspeltAction', 'tat:InvokeCommands', '`tat:InvokeCommand` is not meant by it'],
  ])('says %s of %s', (code, action, message) => {
    expect(lint({ ...RULE, action })).toMatchObject([
      { code, message: expect.stringContaining(message), path: 'statement[0].action' },
    ]);
  });

  it('says what a misspelt deny is taken to mean', () => {
    expect(lint({ ...RULE, effect: 'deny', action: 'tat:InvokeCommands' })).toMatchObject([
      { code: 'MisspeltAction', message: expect.stringContaining('the deny is taken to mean `tat:InvokeCommand`') },
    ]);
  });

  it('says nothing of known actions and patterns, of services it knows by name alone, and of an empty guess', () => {
    const action = ['tat:RunCommand', 'tat:Describe*', 'name/cvm:*', '*:Describe*', 'vpc:CreateVpc', 'clb:*'];
    expect(lint({ ...RULE, action })).toEqual([]);
    expect(lint({ ...RULE, action: 'q:X' })[0]!.message).toBe('statement[0].action names the unknown service `q`');
  });
});
