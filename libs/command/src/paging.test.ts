import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCommandId, checkPage, checkSelection, type GivenSelection } from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

const rules = {
  idsField: 'CommandIds',
  checkId: checkCommandId,
  filters: { 'command-name': 'any', 'created-by': ['TAT', 'USER'] },
  tagFilters: true,
} as const;
const filter = (name: string, ...values: string[]) => ({ name, values });
const check = (given: Partial<GivenSelection>) => checkSelection({ ids: [], filters: [], ...given }, rules);
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

describe('a selection', () => {
  it('is everything, the first 20, when nothing is given', () => {
    expect(check({})).toEqual({ ids: [], filters: [], limit: 20, offset: 0 });
  });

  it('is up to 100 ids, or up to 10 filters of up to 5 values', () => {
    const ids = times(100, (i) => `cmd-${String(i).padStart(8, '0')}`);
    expect(check({ ids }).ids).toBe(ids);
    const filters = times(10, () => filter('command-name', 'a', 'b', 'c', 'd', 'e'));
    expect(check({ filters }).filters).toBe(filters);
    expect(check({ filters: [filter('created-by', 'USER', 'TAT'), filter('tag:env', 'prod')] }).filters).toHaveLength(
      2,
    );
  });

  it.each<[Partial<GivenSelection>, string, string]>([
    [
      { ids: ['cmd-00000000'], filters: [filter('command-name', 'a')] },
      'InvalidParameter.ConflictParameter',
      'CommandIds',
    ],
    [{ ids: times(101, () => 'cmd-00000000') }, 'InvalidParameterValue.LimitExceeded', 'CommandIds'],
    [{ ids: ['cmd-00000000', 'nonsense'] }, 'InvalidParameterValue.InvalidCommandId', 'CommandIds'],
    [{ filters: times(11, () => filter('command-name', 'a')) }, 'InvalidParameterValue.LimitExceeded', 'Filters'],
    [{ filters: [filter('command-name', ...'abcdef')] }, 'LimitExceeded.FilterValueExceeded', 'Filters'],
    [{ filters: [filter('command-name')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ filters: [filter('nonsense', 'a')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ filters: [filter('toString', 'a')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ filters: [filter('tag:', 'a')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ filters: [filter('created-by', 'USER', 'user')] }, 'InvalidParameterValue.InvalidFilter', 'Filters'],
    [{ limit: 101 }, 'InvalidParameterValue', 'Limit'],
  ])('%.80j is refused with %s', (given, reason, field) => {
    expect(refusalOf(() => check(given))).toMatchObject({ reason, details: { field } });
  });

  it('of too many ids is refused with the code that the rules name', () => {
    const ids = times(101, () => 'cmd-00000000');
    const otherwise = { ...rules, tooManyIds: 'InvalidParameterValue.TooLong' };
    expect(refusalOf(() => checkSelection({ ids, filters: [] }, otherwise)).reason).toBe(
      'InvalidParameterValue.TooLong',
    );
  });

  it('names the filters there are', () => {
    expect(refusalOf(() => check({ filters: [filter('x', 'a')] })).message).toBe(
      'Filters must be named command-name, created-by, tag:<key>, one is `x`',
    );
    const plain = { ...rules, tagFilters: false };
    expect(refusalOf(() => checkSelection({ ids: [], filters: [filter('tag:a', 'b')] }, plain)).message).toBe(
      'Filters must be named command-name, created-by, one is `tag:a`',
    );
  });
});

describe('a page', () => {
  it('has 20 rows from the first when nothing is given', () => expect(checkPage({})).toEqual({ limit: 20, offset: 0 }));

  it('has 1 to 100 rows from any offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(), (limit, offset) => {
        expect(checkPage({ limit, offset })).toEqual({ limit, offset });
      }),
    );
  });

  it.each([
    [{ limit: 0 }, 'Limit must be 1 to 100, was 0'],
    [{ limit: 101 }, 'Limit must be 1 to 100, was 101'],
    [{ limit: 2.5 }, 'Limit must be 1 to 100, was 2.5'],
    [{ offset: -1 }, 'Offset must be 0 or more, was -1'],
    [{ offset: Number.NaN }, 'Offset must be 0 or more, was NaN'],
  ])('%j is refused', (given, message) => {
    expect(refusalOf(() => checkPage(given))).toMatchObject({ reason: 'InvalidParameterValue', message });
  });
});
