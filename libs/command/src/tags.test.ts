import { describe, expect, it } from 'vitest';
import { checkTagKeys, checkTags, checkTagsToSet, type Tag, withoutTags, withTags } from './index.ts';
import { refusalOf } from './refusal-of.test-support.ts';

const tag = (key: string, value = 'v'): Tag => ({ key, value });
const tags = (count: number) => Array.from({ length: count }, (_, i) => tag(`k${i}`));

describe('Tags', () => {
  it.each([[[]], [tags(10)], [[tag('k'.repeat(127), '值'.repeat(255))]], [[tag('a', 'x'), tag('b', 'x')]]])(
    'accepts %.40j',
    (given) => {
      expect(checkTags(given)).toBe(given);
    },
  );

  it.each<[Tag[], string]>([
    [tags(11), 'InvalidParameterValue'],
    [[tag('a'), tag('a', 'w')], 'InvalidParameterValue'],
    [[tag('')], 'InvalidParameterValue'],
    [[tag('a', '')], 'InvalidParameterValue'],
    [[tag('qcs:a')], 'InvalidParameterValue'],
    [[tag('project:a')], 'InvalidParameterValue'],
    [[tag('k'.repeat(128))], 'InvalidParameterValue.TooLong'],
    [[tag('a', 'v'.repeat(256))], 'InvalidParameterValue.TooLong'],
    [[tag('a\0')], 'InvalidParameterValue'],
    [[tag('a', '\x1b[2J')], 'InvalidParameterValue'],
  ])('refuses %.40j with %s', (given, reason) => {
    expect(refusalOf(() => checkTags(given)).reason).toBe(reason);
  });

  it('of a resource are set 1 to 50 at a time', () => {
    expect(checkTagsToSet(tags(50))).toHaveLength(50);
    expect(refusalOf(() => checkTagsToSet(tags(51))).reason).toBe('InvalidParameterValue');
    expect(refusalOf(() => checkTagsToSet([])).reason).toBe('MissingParameter');
    expect(refusalOf(() => checkTagsToSet([tag('qcs:a')])).reason).toBe('InvalidParameterValue');
  });

  it('of a resource are taken 1 to 50 at a time, whether they are there or not', () => {
    const keys = (count: number) => tags(count).map(({ key }) => key);
    expect(checkTagKeys([...keys(49), 'qcs:a'])).toHaveLength(50);
    expect(refusalOf(() => checkTagKeys(keys(51))).reason).toBe('InvalidParameterValue');
    expect(refusalOf(() => checkTagKeys([])).reason).toBe('MissingParameter');
    expect(withoutTags([tag('a'), tag('b'), tag('c')], ['b', 'x'])).toEqual([tag('a'), tag('c')]);
  });

  it('of a resource are at most 50 in all; a key that is there takes no more room', () => {
    expect(withTags('cmd-1', [tag('a'), tag('b')], [tag('c'), tag('a', 'w')])).toEqual([
      tag('a', 'w'),
      tag('b'),
      tag('c'),
    ]);
    expect(withTags('cmd-1', tags(50), tags(50))).toHaveLength(50);
    expect(refusalOf(() => withTags('cmd-1', tags(50), [tag('more')]))).toMatchObject({
      kind: 'exhausted',
      reason: 'FailedOperation.TagResourceFailed',
      message: 'a resource may have at most 50 tags, `cmd-1` would have 51',
    });
  });
});
