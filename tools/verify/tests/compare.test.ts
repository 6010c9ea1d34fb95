import { actionsOf } from '@muster/cloud-api';
import { InvocationService, InvokerService } from '@muster/contract';
import { describe, expect, it } from 'vitest';
import { compare } from '../src/tencent/compare.ts';
import type { Member } from '../src/tencent/sdk-types.ts';

const { tat } = actionsOf([InvocationService, InvokerService]);

const member = (name: string, type = 'string', more: Partial<Member> = {}): Member => ({
  name,
  type,
  list: false,
  required: false,
  values: [],
  ...more,
});

/** An SDK that knows one action, which takes these. */
const taking = (members: readonly Member[], types: Record<string, readonly Member[]> = {}) =>
  compare(
    {
      actions: ['CreateInvoker'],
      types: new Map(Object.entries({ ...types, CreateInvokerRequest: members, CreateInvokerResponse: [] })),
    },
    tat,
  ).differences.map(({ at, what }) => `${at} ${what}`);

const REQUIRED = ['Name', 'Type', 'CommandId'].map((name) => member(name, 'string', { required: true }));

describe('what differs', () => {
  it.each([
    ['a member that is missing', member('Color'), 'Color is not there'],
    ['one that is a list', member('InstanceIds'), 'InstanceIds is a list'],
    ['one that is no list', member('Username', 'string', { list: true }), 'Username is no list'],
    ['one of another type', member('Username', 'number'), 'Username is of the type string'],
    ['an object where text is meant', member('ScheduleSettings'), 'ScheduleSettings is of the type object'],
    ['one that is not required', member('Username', 'string', { required: true }), 'Username is not required'],
  ])('%s', (_, declared, difference) => {
    expect(taking([...REQUIRED, declared])).toEqual([`CreateInvokerRequest.${difference}`]);
  });

  it('one that is required, and one that clients do not even know', () => {
    expect(taking([member('Name'), ...REQUIRED.slice(1)])).toEqual(['CreateInvokerRequest.Name is required']);
    expect(taking(REQUIRED.slice(1))).toEqual(['CreateInvokerRequest.Name is required, and unknown to clients']);
  });

  it('a value that there is not, in a type within', () => {
    const settings = [member('Policy', 'string', { required: true, values: ['ONCE', 'SELDOM'] })];
    const found = taking([...REQUIRED, member('ScheduleSettings', 'Settings')], { Settings: settings });
    expect(found).toEqual(['Settings.Policy is never SELDOM']);
  });
});

it('tells actions that both have from those that one has', () => {
  const nothing = new Map([
    ['RunCommandRequest', []],
    ['RunCommandResponse', []],
  ]);
  const { offered, missing, added } = compare({ actions: ['RunCommand', 'FlyToTheMoon'], types: nothing }, tat);
  expect({ offered, missing }).toEqual({ offered: ['RunCommand'], missing: ['FlyToTheMoon'] });
  expect(added).toContain('RetryInvocation');
  expect(added).not.toContain('RunCommand');
});
