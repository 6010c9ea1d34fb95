import { describe, expect, it } from 'vitest';
import type { LintOptions } from '../index.ts';
import { lint, policyText, RULE, short } from './lint.test-support.ts';

describe('about conditions, the linter', () => {
  const under = (condition: object, options?: LintOptions) => short({ ...RULE, condition }, options);
  const at = (operator: string, key: string) => `statement[0].condition.${operator}.${key}`;

  it('says which keys are unknown or old', () => {
    expect(under({ string_equal: { 'qcs:usr': 'x' } })).toEqual([`UnknownKey ${at('string_equal', 'qcs:usr')}`]);
    expect(under({ ip_equal: { 'qcs:ip/x': '10.0.0.1' } })).toEqual([`UnknownKey ${at('ip_equal', 'qcs:ip/x')}`]);
    expect(under({ string_equal: { 'qcs:tag/team': 'x' } })).toEqual([
      `LegacyKey ${at('string_equal', 'qcs:tag/team')}`,
    ]);
  });

  it('places what it says of a key at the key', () => {
    const [finding] = lint({ ...RULE, condition: { string_equal: { 'qcs:ipp': 'x' } } });
    expect(policyText({ ...RULE, condition: { string_equal: { 'qcs:ipp': 'x' } } }).slice(finding!.column - 1)).toMatch(
      /^"qcs:ipp"/,
    );
    expect(finding!.message).toContain('did you mean `qcs:ip`?');
  });

  it.each([
    ['string_equal', 'qcs:ip', '10.0.0.1'],
    ['string_like', 'cvm:disk_size', '5*'],
    ['numeric_equal', 'cvm:region', '1'],
    ['numeric_less_than', 'qcs:current_time', '1'],
    ['date_equal', 'qcs:ip', '2020-01-01'],
    ['bool_equal', 'qcs:uin', 'true'],
    ['ip_equal', 'cos:secure-transport', '10.0.0.1'],
  ])('says that %s does not suit %s', (operator, key, value) => {
    expect(under({ [operator]: { [key]: value } })).toEqual([`OperatorMisfit ${at(operator, key)}`]);
  });

  it.each([
    ['ip_not_equal', ' QCS:ip ', '10.0.0.0/8'],
    ['numeric_less_than', 'cvm:disk_size', 500],
    ['string_equal', 'mfa', '0'],
    ['bool_equal', 'cos:secure-transport', true],
    ['string_equal_ignore_case', 'cos:secure-transport', 'TRUE'],
    ['for_any_value:string_equal', 'qcs:resource_tag', 'team&ops'],
    ['binary_equal', 'qcs:request_tag/team', 'ops'],
    ['null_equal', 'qcs:ip', true],
    ['date_less_than', 'qcs:current_time', '2020-01-01'],
    ['string_equal', 'muster:os_user', 'root'],
  ])('says nothing of %s on %s', (operator, key, value) => {
    expect(under({ [operator]: { [key]: value } })).toEqual([]);
  });

  it('says which windows of time are over, if it is told the time', () => {
    const now = Date.parse('2026-06-01T00:00:00Z');
    const over = (operator: string, ...value: string[]) =>
      under({ [operator]: { 'qcs:current_time': value } }, { now }).length > 0;
    const [before, exactly, after] = ['2026-05-31T23:59:59Z', '2026-06-01T00:00:00Z', '2026-06-01T00:00:01Z'];
    expect([over('date_less_than', before), over('date_less_than', exactly), over('date_less_than', after)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([over('date_less_than_equal', before), over('date_less_than_equal', exactly)]).toEqual([true, false]);
    expect([over('date_equal_if_exist', before), over('date_equal', before, after)]).toEqual([true, false]);
    expect([over('date_greater_than', before), over('date_not_equal', before)]).toEqual([false, false]);
    expect(under({ date_less_than: { 'qcs:current_time': before } }, { now })).toEqual([
      `PastWindow ${at('date_less_than', 'qcs:current_time')}`,
    ]);
  });

  it('judges no time of an operator that does not read time', () => {
    expect(under({ string_equal: { 'qcs:current_time': 'x' } }, { now: 0 })).toEqual([
      `OperatorMisfit ${at('string_equal', 'qcs:current_time')}`,
    ]);
  });
});
