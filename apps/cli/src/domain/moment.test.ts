import { expect, test } from 'vitest';
import { parseMoment } from './moment.ts';

const NOW = Date.UTC(2026, 0, 31, 12);

test.each([
  ['90s', NOW - 90_000],
  ['7d', NOW - 7 * 86_400_000],
  ['2026-01-31T11:00:00Z', NOW - 3_600_000],
  ['2026-01-31 13:00:00+01:00', NOW],
])('%s is an instant', (text, instant) => {
  expect(parseMoment(text, NOW)).toBe(instant);
});

test('a day without a zone begins where the reader is', () => {
  expect(parseMoment('2026-01-31', NOW)).toBe(new Date(2026, 0, 31).getTime());
});

test.each(['yesterday', '2026-13-01', '31.1.2026', ''])('%j is none', (text) => {
  expect(parseMoment(text, NOW)).toBeUndefined();
});
