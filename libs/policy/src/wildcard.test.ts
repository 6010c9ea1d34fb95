import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileWildcard, matchWildcard } from './wildcard.ts';

const match = (pattern: string, text: string) => matchWildcard(compileWildcard(pattern), text);

describe('a wildcard', () => {
  it.each([
    ['*', ''],
    ['*', 'a/b'],
    ['command/*', 'command/'],
    ['command/*', 'command/a/b'],
    ['*Command', 'RunCommand'],
    ['*a*', 'a'],
    ['a**b', 'ab'],
    ['a*b*c', 'a-b-b-c'],
    ['', ''],
  ])('%j covers %j', (pattern, text) => {
    expect(match(pattern, text)).toBe(true);
  });

  it.each([
    ['command/*', 'command'],
    ['ab*ba', 'aba'],
    ['a*b', 'ac'],
    ['*a*b*', 'ba'],
    ['a*bc*c', 'abc'],
    ['a', 'A'],
    ['?', 'a'],
    ['.', 'a'],
    ['', 'a'],
  ])('%j does not cover %j', (pattern, text) => {
    expect(match(pattern, text)).toBe(false);
  });

  it('agrees with the platform on random patterns', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(match(p, t)).toBe(new RegExp(`^${p.replaceAll('*', '.*')}$`).test(t));
      }),
      { numRuns: 5000 },
    );
  });

  it('agrees with the platform on long texts, which are searched in another way', () => {
    const letters = fc.constantFrom('a', 'a', 'a', 'b', '界');
    const text = fc.string({ unit: letters, minLength: 50, maxLength: 140 });
    const pieces = fc.array(fc.string({ unit: letters, maxLength: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pieces, text, (p, t) => {
        expect(matchWildcard(p, t)).toBe(new RegExp(`^${p.join('.*')}$`).test(t));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['*ab*ab*', true],
    ['*ab*ab*ab*', false],
    ['*ba*', true],
    ['*bab*', false],
    ['*aaab', true],
    ['*ab*b', true],
    ['*ab*ab*b', false],
  ])('%j on a long text with few b is %j', (pattern, fits) => {
    expect(match(pattern, `${'a'.repeat(60)}b${'a'.repeat(60)}b`)).toBe(fits);
  });

  // Every one of these makes a backtracking matcher try for longer than a test may take.
  it.each([
    ['many stars', '*a'.repeat(2000), `${'a'.repeat(1999)}b`],
    ['a long near miss', `*${'a'.repeat(3000)}b*`, 'a'.repeat(6000)],
    ['short near misses', '*ab*'.repeat(500), 'a'.repeat(6000)],
    ['30 stars and a resource of 4 KB', `*${'aab*'.repeat(29)}c`, 'aab'.repeat(1366)],
    ['repeated near misses', `*${'aab'.repeat(500)}*c`, 'aab'.repeat(2000)],
  ])('T22: never goes back for %s', (_, pattern, text) => {
    expect(match(pattern, text)).toBe(false);
  });
});
