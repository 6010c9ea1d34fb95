import { describe, expect, it } from 'vitest';
import { checkTags, type Tag } from './index.ts';
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
  ])('refuses %.40j with %s', (given, reason) => {
    expect(refusalOf(() => checkTags(given)).reason).toBe(reason);
  });
});
