import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseParameters } from './parameters.ts';

test.each([
  [[], { json: '' }],
  [['a=1', 'b=x=y', 'c='], { json: '{"a":"1","b":"x=y","c":""}' }],
  [['b=1', '7=2', '__proto__=3'], { json: '{"b":"1","7":"2","__proto__":"3"}' }],
  [['a'], { fault: '`a` is not key=value' }],
  [['=1'], { fault: '`=1` is not key=value' }],
  [['a=1', 'a=2'], { fault: '`a` is given twice' }],
])('%j is %j', (pairs, parsed) => {
  expect(parseParameters(pairs)).toEqual(parsed);
});

test('any value comes through whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const parsed = parseParameters([`key=${value}`]);
      expect('json' in parsed && JSON.parse(parsed.json)).toEqual({ key: value });
    }),
  );
});
