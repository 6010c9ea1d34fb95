import { expect, it } from 'vitest';
import { mustGo } from './output-retention.ts';

const of = { invocationTaskId: 'invt-00000001', endedAt: 1_000, removing: false };
const rules = { maxAgeMs: 500, maxTotalBytes: 100 };

it.each([
  ['young and little', of, { totalBytes: 100, now: 1_499 }, rules, false],
  ['as old as it may get', of, { totalBytes: 0, now: 1_500 }, rules, true],
  ['one byte too many in all', of, { totalBytes: 101, now: 1_000 }, rules, true],
  ['kept for ever', of, { totalBytes: 100, now: 1e15 }, { ...rules, maxAgeMs: undefined }, false],
  ['half gone', { ...of, removing: true }, { totalBytes: 0, now: 1_000 }, rules, true],
])('decides about output that is %s', (_, output, at, by, gone) => {
  expect(mustGo(output, at, by)).toBe(gone);
});
