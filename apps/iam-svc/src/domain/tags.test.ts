import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../tests/fixture.ts';
import { DEFAULT_QUOTAS } from './quotas.ts';
import { checkNewTags, checkTagKeys, requireTagRoom } from './tags.ts';

const refusal = (work: () => unknown) => refusalOf(Promise.resolve().then(work));
const tag = (key: string, value = 'v') => ({ key, value });
const tags = (count: number, prefix = 'k') => Array.from({ length: count }, (_, i) => tag(`${prefix}${i}`));
const stored = (count: number, prefix?: string) => checkNewTags(tags(count, prefix));

describe('new tags', () => {
  it.each([[[]], [tags(50)], [[tag('k'.repeat(127), '值'.repeat(255))]], [[tag('a', 'x'), tag('b', 'x')]]])(
    'are taken at their limits: case %#',
    (given) => {
      expect(Object.entries(checkNewTags(given))).toHaveLength(given.length);
    },
  );

  it.each([
    ['InvalidParameterValue.LimitExceeded', tags(51), 'at most 50, were 51'],
    ['InvalidParameterValue.TooLong', [tag('k'.repeat(128))], 'Tags.Key must be 1 to 127 characters, had 128'],
    ['InvalidParameterValue.TooLong', [tag('k', 'v'.repeat(256))], 'Tags.Value must be 1 to 255 characters, had 256'],
    ['InvalidParameterValue', [tag('')], 'Tags.Key must be 1 to 127 characters, was empty'],
    ['InvalidParameterValue', [tag('k', '')], 'Tags.Value must be 1 to 255 characters, was empty'],
    ['InvalidParameterValue', [tag('qcs:team')], 'must not begin with `qcs:` or `project:`, was `qcs:team`'],
    ['InvalidParameterValue', [tag('project:id')], 'was `project:id`'],
    ['InvalidParameterValue', [tag('k', 'a'), tag('k', 'b')], 'must not hold a key twice'],
  ])('are refused with %s: case %#', async (reason, given, message) => {
    expect(await refusal(() => checkNewTags(given))).toMatchObject({
      kind: 'invalid',
      reason,
      message: expect.stringContaining(message),
    });
  });

  it('fit beside those that are there, up to 50, and may replace them', async () => {
    requireTagRoom(DEFAULT_QUOTAS, stored(20), stored(30, 'more'));
    requireTagRoom(DEFAULT_QUOTAS, stored(50), stored(50));
    expect(await refusal(() => requireTagRoom(DEFAULT_QUOTAS, stored(50), stored(1, 'more')))).toMatchObject({
      kind: 'exhausted',
      reason: 'FailedOperation.TagResourceFailed',
      message: 'a resource may have 50 tags, and there are 50',
    });
  });
});

it('1 to 50 tags are taken away at a time', async () => {
  const keys = (count: number) => tags(count).map(({ key }) => key);
  expect(checkTagKeys(keys(1))).toHaveLength(1);
  expect(checkTagKeys(keys(50))).toHaveLength(50);
  for (const bad of [keys(0), keys(51)]) {
    expect((await refusal(() => checkTagKeys(bad))).reason).toBe('InvalidParameterValue.LimitExceeded');
  }
});
