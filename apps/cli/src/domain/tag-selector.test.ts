import { expect, test } from 'vitest';
import { parseTagSelectors } from './tag-selector.ts';

test('a tag is a key with one value, several, or any', () => {
  expect(parseTagSelectors(['team=ops', 'stage=prod,test', 'owner', 'note=a=b', 'empty='])).toEqual([
    { key: 'team', values: ['ops'] },
    { key: 'stage', values: ['prod', 'test'] },
    { key: 'owner', values: [] },
    { key: 'note', values: ['a=b'] },
    { key: 'empty', values: [''] },
  ]);
});

test.each(['=ops', '', 'stage=prod,', 'stage=,prod'])('`%s` is none', (text) => {
  expect(parseTagSelectors(['team=ops', text])).toBe(text);
});
