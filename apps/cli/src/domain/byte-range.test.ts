import { describe, expect, test } from 'vitest';
import { parseByteRange, tailStart } from './byte-range.ts';

test.each([
  ['0:1024', { from: 0, to: 1024 }],
  ['4096:', { from: 4096, to: undefined }],
  [':100', { from: 0, to: 100 }],
  [':', undefined],
  ['100', undefined],
  ['5:5', undefined],
  ['9:5', undefined],
  ['-1:5', undefined],
  ['a:b', undefined],
])('the range %s', (text, range) => {
  expect(parseByteRange(text)).toEqual(range);
});

describe('the last lines', () => {
  test.each([
    ['one\ntwo\nthree\n', 1, 'three\n'],
    ['one\ntwo\nthree\n', 2, 'two\nthree\n'],
    ['one\ntwo\nno end', 1, 'no end'],
    ['one\n\n\n', 2, '\n\n'],
    ['one\ntwo\n', 2, undefined],
    ['one\ntwo\n', 9, undefined],
    ['', 1, undefined],
  ])('of %j, %d of them', (text, lines, tail) => {
    const bytes = Buffer.from(text);
    const start = tailStart(bytes, lines);
    expect(start === undefined ? undefined : bytes.subarray(start).toString()).toBe(tail);
  });
});
