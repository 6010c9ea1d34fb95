import { expect, it } from 'vitest';
import { parsePlace } from './place.ts';

it.each<[string, number | undefined]>([
  ['0', 0],
  ['83', 83_000],
  ['83.25', 83_250],
  ['1:23', 83_000],
  ['1:02:03', 3_723_000],
  ['90:00', 5_400_000],
  ['1m30s', 90_000],
  ['2h', 7_200_000],
  ['', undefined],
  [':30', undefined],
  ['1:2:3:4', undefined],
  ['-5', undefined],
  ['later', undefined],
])('the place %j is %s ms from the beginning', (text, ms) => {
  expect(parsePlace(text)).toBe(ms);
});
