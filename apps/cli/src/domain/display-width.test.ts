import { describe, expect, test } from 'vitest';
import { displayWidth, padEnd, shorten } from './display-width.ts';

test.each([
  ['web-1', 5],
  ['数据库', 6],
  ['é', 1],
  ['e\u0301', 1],
  ['한글', 4],
  ['ｗｅｂ', 6],
  ['😀', 2],
  ['👨‍👩‍👧', 2],
  ['\u200b', 0],
  ['', 0],
])('%s takes %d columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('padEnd fills columns, not characters', () => {
  expect(padEnd('数据库', 8)).toBe('数据库  ');
  expect(padEnd('数据库', 4)).toBe('数据库');
});

describe('shorten', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['数据库服务器', 7, '数据库…'],
    ['数据库服务器', 6, '数据…'],
  ])('%s to %d columns is %s', (text, width, short) => {
    expect(shorten(text, width)).toBe(short);
    expect(displayWidth(short)).toBeLessThanOrEqual(width);
  });
});
