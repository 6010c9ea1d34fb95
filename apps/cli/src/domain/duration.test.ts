import { expect, test } from 'vitest';
import { formatAgo, formatClock, formatDuration, parseDuration } from './duration.ts';

test.each([
  ['90', 90],
  ['90s', 90],
  ['1m30s', 90],
  ['2h', 7_200],
  ['1d', 86_400],
  ['0', 0],
  ['', undefined],
  ['1.5h', undefined],
  ['-5', undefined],
  ['5 m', undefined],
  ['m5', undefined],
  ['1h30', undefined],
  ['9999999999', undefined],
])('parseDuration %j is %j seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each([
  [0, '0.0s'],
  [-5, '0.0s'],
  [440, '0.4s'],
  [13_600, '13.6s'],
  [59_940, '59.9s'],
  [59_960, '1m00s'],
  [125_000, '2m05s'],
  [3_720_000, '1h02m'],
  [100 * 3_600_000, '4d4h'],
])('formatDuration %d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [7_000, '0:07'],
  [760_000, '12:40'],
  [3_723_000, '1:02:03'],
])('formatClock %d ms is %s', (ms, text) => {
  expect(formatClock(ms)).toBe(text);
});

test.each([
  [-1_000, 'just now'],
  [4_000, 'just now'],
  [40_000, '40s ago'],
  [5 * 60_000, '5m ago'],
  [3 * 3_600_000, '3h ago'],
  [12 * 86_400_000, '12d ago'],
])('formatAgo %d ms is %s', (ms, text) => {
  expect(formatAgo(ms)).toBe(text);
});
