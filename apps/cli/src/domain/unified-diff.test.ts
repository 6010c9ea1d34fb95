import { expect, test } from 'vitest';
import { diffLines } from '../diff-lines.ts';
import { unifiedDiff } from './unified-diff.ts';

const names = { before: 'old', after: 'new' };
const diff = (before: string, after: string) => unifiedDiff(diffLines(before, after), names).slice(2);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `${from + at}\n`).join('');

test('nothing changed is no diff at all', () => {
  expect(unifiedDiff(diffLines('a\nb\n', 'a\nb\n'), names)).toEqual([]);
});

test('a change stands between three lines before and three after', () => {
  expect(unifiedDiff(diffLines(numbers(1, 9), numbers(1, 9).replace('5', 'five')), names)).toEqual([
    ...['--- old', '+++ new', '@@ -2,7 +2,7 @@', ' 2', ' 3', ' 4', '-5', '+five', ' 6', ' 7', ' 8'],
  ]);
});

test('changes that are near are one hunk, others are two', () => {
  const hunks = (text: string) => diff(numbers(1, 30), text).filter((line) => line.startsWith('@@'));
  expect(hunks(numbers(1, 30).replace('10\n', 'ten\n').replace('16\n', ''))).toEqual(['@@ -7,13 +7,12 @@']);
  expect(hunks(numbers(1, 30).replace('10\n', 'ten\n').replace('20\n', ''))).toEqual([
    '@@ -7,7 +7,7 @@',
    '@@ -17,7 +17,6 @@',
  ]);
});

test('an empty side, and one line, are written as diff -u writes them', () => {
  expect(diff('', 'a\n')).toEqual(['@@ -0,0 +1 @@', '+a']);
  expect(diff('a\nb\n', '')).toEqual(['@@ -1,2 +0,0 @@', '-a', '-b']);
});

test('a last line without an end is said', () => {
  expect(diff('a\n', 'a')).toEqual(['@@ -1 +1 @@', '-a', '+a', '\\ No newline at end of file']);
});
