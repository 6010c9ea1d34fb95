import { describe, expect, it } from 'vitest';
import { COMMANDS, INSTANCES, lint, short } from './lint.test-support.ts';

describe('about actions and resources together, the linter', () => {
  const meeting = (action: string | string[], resource: string | string[], effect = 'allow') =>
    short({ effect, action, resource });

  it('says which actions need the resource `*`', () => {
    expect(meeting('tat:CreateCommand', COMMANDS)).toEqual(['NeedsEveryResource statement[0].action']);
    expect(meeting('tat:Create*Code', COMMANDS, 'deny')).toEqual(['NeedsEveryResource statement[0].action']);
    expect(meeting('tat:CreateCommand', [COMMANDS, '*'])).toEqual([]);
  });

  it.each([
    ['tat:ModifyCommand', INSTANCES],
    ['tat:ModifyCommand', 'qcs::tat:::register-code/*'],
    ['tat:Describe*Codes', COMMANDS],
    ['tat:RunCommand', 'qcs::tat:::command/cmd-1'],
    ['cam:GetUser', 'qcs::cam:ap-guangzhou::uin/*'],
    ['sts:AssumeRole', 'qcs::cam:::uin/*'],
    ['batch:SubmitJob', 'qcs::batch:::job/job-1'],
  ])('says that %s is never about %s', (action, resource) => {
    expect(meeting(action, resource, 'deny')).toEqual(['NeverMeets statement[0].action']);
  });

  it.each([
    ['tat:ModifyCommand', `qcs::*:*:*:comm*/\${uin}`],
    ['tat:ModifyCommand', 'qcs:::::*'],
    ['tat:RunCommand', COMMANDS],
    ['cam:GetUser', 'qcs::cam:*::uin/1'],
    ['batch:DeleteJob', 'qcs::batch:::job/job-1/*'],
    ['batch:SubmitJob', 'qcs::batch:::job/*'],
    ['cos:GetObject', 'qcs::cos:ap-beijing:uid/1250000000:bucket-1250000000/a/b.txt'],
    ['cvm:CreateVpc', COMMANDS],
    ['cvm:RunInstances', COMMANDS],
    ['vpc:*', COMMANDS],
    ['*', COMMANDS],
  ])('says nothing of %s on %s', (action, resource) => {
    expect(meeting(action, resource, 'deny').filter((each) => !each.startsWith('Unknown'))).toEqual([]);
  });

  it('says which resources none of the actions is about', () => {
    expect(meeting(['tat:ModifyCommand', 'tat:DeleteCommand'], [COMMANDS, INSTANCES])).toEqual([
      'NeverMeets statement[0].resource[1]',
    ]);
    expect(meeting(['tat:ModifyCommand', 'vpc:X'], [COMMANDS, INSTANCES])).toEqual([]);
  });

  it('says which allow is worth nothing because a request names more', () => {
    expect(lint({ effect: 'allow', action: 'tat:InvokeCommand', resource: COMMANDS })).toMatchObject([
      {
        code: 'HalfCovered',
        path: 'statement[0].action',
        message: expect.stringContaining(
          '`InvokeCommand` is decided on `qcs::cvm:$region:$account:instance/$instanceId`',
        ),
      },
    ]);
    expect(meeting('tat:InvokeCommand', INSTANCES)).toEqual(['HalfCovered statement[0].action']);
    expect(meeting('tat:*', COMMANDS)).toEqual(['HalfCovered statement[0].action']);
    expect(meeting('tat:InvokeCommand', [COMMANDS, INSTANCES])).toEqual([]);
    expect(meeting('tat:InvokeCommand', COMMANDS, 'deny')).toEqual([]);
  });

  it('takes all allows of the policy together', () => {
    const both = (other: object) =>
      short([{ effect: 'allow', action: 'tat:InvokeCommand', resource: COMMANDS }, other]);
    expect(both({ effect: 'allow', action: 'tat:Invoke*', resource: INSTANCES })).toEqual([]);
    expect(
      both({ effect: 'allow', action: 'tat:InvokeCommand', resource: '*', condition: { null_equal: { mfa: true } } }),
    ).toEqual([]);
    expect(both({ effect: 'deny', action: 'tat:InvokeCommand', resource: INSTANCES })).toHaveLength(1);
    expect(both({ effect: 'allow', action: 'tat:RunCommand', resource: '*' })).toHaveLength(1);
  });
});
