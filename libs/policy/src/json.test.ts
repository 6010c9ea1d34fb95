import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainValue, readJson } from './json.ts';

const faults = (text: string) => readJson(text).faults;

describe('JSON text', () => {
  it.each([
    ['', 0, 'value expected, was ``'],
    ['[1,]', 3, 'value expected, was `]`'],
    ['{"a":1,}', 7, 'property name expected, was `}`'],
    ['{"a" 1}', 5, 'colon expected, was `1`'],
    ['[1 2]', 3, 'comma expected, was `2`'],
    ['{} {}', 3, 'end of file expected, was `{`'],
    ['/* no */ {}', 0, 'invalid comment token, was `/* no */`'],
    ["{'a': 1}", 1, "invalid symbol, was `'a'`"],
    ['"\t"', 0, 'invalid character, was `"\t"`'],
    ['01', 1, 'end of file expected'],
    ['[/*', 1, 'invalid comment token, was `/*`'],
    ['[1 //', 3, 'invalid comment token, was `//`'],
  ])('is refused at the place where it stops to be JSON: %j', (text, offset, what) => {
    expect(faults(text)).toEqual([{ offset, what: expect.stringContaining(`must be JSON (RFC 7159): ${what}`) }]);
  });

  it('is refused once, whatever follows from the first mistake', () => {
    expect(faults('{"a":,"b":,"c":}')).toHaveLength(1);
  });

  it('may name each element once, at every depth, whatever its spelling', () => {
    expect(faults('[{"a":1,"b":{"c":1,"\\u0063":2}},{"a":1},{"a":1,"a":2}]')).toEqual([
      { offset: 19, what: 'must name each element once, names `c` twice' },
      { offset: 47, what: 'must name each element once, names `a` twice' },
    ]);
  });

  it('nests at most 16 deep, whatever brackets stand in its strings', () => {
    const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;
    expect(faults(nested(16))).toEqual([]);
    expect(faults(nested(18))).toEqual([{ offset: nested(16).indexOf('1'), what: 'must nest at most 16 deep' }]);
    expect(faults(`["${'['.repeat(100)}"]`)).toEqual([]);
  });

  it.each(['[', '{"a":', '[}', '{]', '"\n[', '["]",', '[[],', ',[', ':[{', '"\\[', '/*[*/[', '/*', '//', '"'])(
    'costs no stack, however often it repeats %j',
    (text) => {
      expect(faults(text.repeat(100_000)).length).toBeGreaterThan(0);
    },
  );

  it('has an object hold exactly what the text names', () => {
    const { root } = readJson('{"__proto__":{"x":1},"constructor":2}');
    const value = plainValue(root!) as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('is read as the platform reads it, and refused where the platform refuses it', () => {
    const broken = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(60), fc.string({ maxLength: 2 }))
      .map(([json, at, text]) => json.slice(0, at) + text + json.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.json({ maxDepth: 3 }), broken, fc.string()), (text) => {
        const { root, faults: found } = readJson(text);
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(root).toBeUndefined();
          expect(found).toHaveLength(1);
          return;
        }
        if (found.length === 0) expect(plainValue(root!)).toEqual(expected);
        else for (const { what } of found) expect(what).toContain('twice');
      }),
      { numRuns: 3000 },
    );
  });
});
