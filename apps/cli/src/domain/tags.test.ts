import { expect, test } from 'vitest';
import { formatTags, parseTags } from './tags.ts';

test('tags are cut at the first equals sign', () => {
  expect(parseTags(['team=ops', 'url=http://x?y=z', 'empty='])).toEqual([
    { key: 'team', value: 'ops' },
    { key: 'url', value: 'http://x?y=z' },
    { key: 'empty', value: '' },
  ]);
});

test.each(['team', '=ops', ''])('%j is no tag', (text) => {
  expect(parseTags(['a=b', text])).toBe(text);
});

test('tags are shown as they are typed', () => {
  expect(formatTags(parseTags(['team=ops', 'stage=prod']) as [])).toBe('team=ops stage=prod');
});
