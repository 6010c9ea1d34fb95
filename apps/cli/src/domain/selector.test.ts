import { describe, expect, test } from 'vitest';
import { choose, parseSelector, selectorLines, splitList } from './selector.ts';

const machines = [
  { id: 'ins-00000001', name: 'web-1' },
  { id: 'ins-00000002', name: 'web-2' },
  { id: 'ins-00000003', name: '数据库' },
  { id: 'ins-00000004', name: '数据库' },
];

/** Globs with nothing but `*`, for the rules do not depend on which globs there are. */
const star = (pattern: string) => (text: string) =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;

/** The ids that a comma list chooses, and what matched nothing. */
function chosen(list: string) {
  const { chosen: found, unmatched } = choose(machines, splitList(list).map(parseSelector), star);
  return { ids: found.map(({ id }) => Number(id.slice(-1))), unmatched };
}

describe('splitList', () => {
  test.each([
    ['a,b', ['a', 'b']],
    [' a , ,b,', ['a', 'b']],
    ['{a,b}-1,c', ['{a,b}-1', 'c']],
    ['web-[1,2],c', ['web-[1,2]', 'c']],
    ['{a,{b,c}},d', ['{a,{b,c}}', 'd']],
    ['}a,b', ['}a', 'b']],
    ['', []],
  ])('%j is %j', (text, parts) => {
    expect(splitList(text)).toEqual(parts);
  });
});

test('selectorLines reads lists, skips comments and blank lines', () => {
  expect(selectorLines('# all of them\nweb-1, web-2 # two\r\n\n  db-#1\n')).toEqual(['web-1', 'web-2', 'db-#1']);
});

test.each([
  ['web-1', { pattern: 'web-1', exclude: false, glob: false }],
  ['!web-*', { pattern: 'web-*', exclude: true, glob: true }],
  ['web-[12]', { pattern: 'web-[12]', exclude: false, glob: true }],
  ['{a,b}', { pattern: '{a,b}', exclude: false, glob: true }],
])('parseSelector %s', (text, selector) => {
  expect(parseSelector(text)).toEqual(selector);
});

describe('choose', () => {
  test.each([
    ['by name', 'web-2', [2]],
    ['by id', 'ins-00000001', [1]],
    ['all machines of a name', '数据库', [3, 4]],
    ['by glob, in the order of the fleet, each once', 'web-2,web-*,web-1', [1, 2]],
    ['by glob on ids', 'ins-*', [1, 2, 3, 4]],
    ['all but the excluded', '*,!web-*', [3, 4]],
    ['exclusions win wherever they stand', '!web-1,web-*', [2]],
    ['an exclusion that matches nothing is no fault', 'web-1,!mail-*', [1]],
  ])('%s', (_, list, ids) => {
    expect(chosen(list)).toEqual({ ids, unmatched: [] });
  });

  test('tells which selectors match nothing', () => {
    expect(chosen('web-1,mail-1,mail-*')).toEqual({ ids: [1], unmatched: ['mail-1', 'mail-*'] });
  });

  test('an empty selection chooses nothing, never everything', () => {
    expect(chosen('')).toEqual({ ids: [], unmatched: [] });
  });
});
