import { describe, expect, it } from 'vitest';
import { COMMANDS, lint, short } from './lint.test-support.ts';

describe('about statements, the linter', () => {
  const narrow = { effect: 'allow', action: 'tat:ModifyCommand', resource: COMMANDS };

  it('says what allows everything', () => {
    const all = { effect: 'allow', action: '*:*', resource: '*' };
    expect(short(all)).toEqual(['AllowsEverything statement[0]']);
    expect(short({ ...all, effect: 'deny' })).toEqual([]);
    expect(short({ ...all, action: 'tat:*' })).toEqual([]);
    expect(short({ ...all, resource: 'qcs::tat:::*' })).toEqual([]);
    expect(short({ ...all, condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } })).toEqual([]);
  });

  it('says what is written twice', () => {
    expect(short({ ...narrow, action: ['tat:ModifyCommand', 'name/tat:ModifyCommand'] })).toEqual([
      'DuplicateAction statement[0].action[1]',
    ]);
    expect(short({ ...narrow, resource: [COMMANDS, ` ${COMMANDS}`] })).toEqual([
      'DuplicateResource statement[0].resource[1]',
    ]);
    expect(short([narrow, { ...narrow, action: ['tat:ModifyCommand'] }])).toEqual(['DuplicateStatement statement[1]']);
  });

  it('says which statement changes nothing beside a broader one, before it or after it', () => {
    const broad = { effect: 'allow', action: 'tat:*', resource: '*' };
    expect(short([broad, narrow])).toEqual(['Unreachable statement[1]']);
    expect(short([narrow, broad])).toEqual(['Unreachable statement[0]']);
    expect(lint([narrow, broad])[0]!.message).toBe('statement[0] changes nothing: statement[1] says all of it');
    expect(short([narrow, broad, broad])).toEqual(['Unreachable statement[0]', 'DuplicateStatement statement[2]']);
  });

  it('says which allow is dead under a deny', () => {
    const deny = { effect: 'deny', action: 'tat:*Command', resource: 'qcs::tat:gz:*:*' };
    expect(lint([narrow, deny]).filter(({ code }) => code !== 'LegacyRegion')).toMatchObject([
      { code: 'DeadAllow', path: 'statement[0]', message: expect.stringContaining('statement[1] denies all of it') },
    ]);
    expect(
      short([
        { ...narrow, effect: 'deny' },
        { ...deny, effect: 'allow', action: 'tat:*' },
      ]),
    ).not.toContain(expect.stringContaining('DeadAllow'));
  });

  it.each([
    ['an action that it does not take in', { action: 'tat:Describe*' }],
    ['another service', { resource: 'qcs::cvm:::*' }],
    ['another region', { resource: 'qcs::tat:ap-beijing::*' }],
    ['an account that may be another', { resource: 'qcs::tat::uin/1:*' }],
    ['a narrower path', { resource: 'qcs::tat:::command/cmd-*' }],
    ['a condition', { condition: { ip_equal: { 'qcs:ip': '10.0.0.0/8' } } }],
  ])('says nothing beside %s', (_, other) => {
    const broad = { effect: 'deny', action: 'tat:*', resource: '*', ...other };
    const found = short([{ ...narrow, effect: 'deny' }, broad]);
    expect(found.filter((each) => each.startsWith('Unreachable'))).toEqual([]);
  });

  it('takes a statement in whose conditions are those of the broader one and more', () => {
    const office = { ip_equal: { 'qcs:ip': ['10.0.0.0/8', '192.0.2.1'] } };
    const evening = { ...office, date_greater_than: { 'qcs:current_time': '2030-01-01' } };
    const turned = { ip_equal: { 'QCS:IP': ['192.0.2.1', '10.0.0.0/8'] } };
    expect(
      short([
        { ...narrow, condition: office },
        { ...narrow, condition: evening },
      ]),
    ).toEqual(['Unreachable statement[1]']);
    expect(
      short([
        { ...narrow, condition: office },
        { ...narrow, condition: turned },
      ]),
    ).toEqual(['DuplicateStatement statement[1]']);
  });

  it('compares no statement that is at fault', () => {
    expect(short([narrow, { ...narrow, action: ['tat:ModifyCommand', 7] }])).toEqual([
      'InvalidParameter.ActionError statement[1].action[1]',
    ]);
  });
});
