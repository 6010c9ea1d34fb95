import { describe, expect, it } from 'vitest';
import { fromFlattened } from '../src/index.ts';

const unfold = (query: string) => fromFlattened(new URLSearchParams(query));

describe('parameters of a query', () => {
  it('are unfolded into the objects and lists that they were', () => {
    expect(unfold('Limit=1&Filters.0.Name=a&Filters.0.Values.0=x&Filters.0.Values.1=y%20z&Filters.1.Name=')).toEqual({
      Limit: '1',
      Filters: [{ Name: 'a', Values: ['x', 'y z'] }, { Name: '' }],
    });
  });

  it('may come in any order', () => {
    expect(unfold('A.1=b&A.0=a')).toEqual({ A: ['a', 'b'] });
    const many = Array.from({ length: 12 }, (_, index) => `A.${index}=${index}`);
    expect(unfold(many.toReversed().join('&')).A).toEqual(many.map((_, index) => String(index)));
  });

  it.each([
    ['A.1=b', '`A` must be numbered 0, 1, 2 and so on'],
    ['A.00=b', '`A` must be numbered 0, 1, 2 and so on'],
    ['A.0=b&A.2=c', '`A` must be numbered 0, 1, 2 and so on'],
    ['A=1&A=2', '`A` is given twice'],
    ['A.0=1&A=2', '`A` is given twice'],
    ['A=1&A.0=2', '`A.0` is a member of a value that has none'],
    ['A..B=1', '`A..B` is no name of a parameter'],
    ['.=1', '`.` is no name of a parameter'],
    ['=1', '`` is no name of a parameter'],
    [`A${'.0'.repeat(16)}=1`, `\`A${'.0'.repeat(16)}\` is no name of a parameter`],
  ])('%s is refused', (query, message) => {
    expect(() => unfold(query)).toThrow(expect.objectContaining({ reason: 'InvalidParameter', message }));
  });

  it('cannot make a list longer than any there is', () => {
    const list = (length: number) => Array.from({ length }, (_, index) => [`A.${index}`, ''] as const);
    expect(fromFlattened(list(10_000)).A).toHaveLength(10_000);
    expect(() => fromFlattened(list(10_001))).toThrow('`A` may have 10000 members, has 10001');
  });

  it('cannot reach what every object inherits', () => {
    const given = unfold('__proto__.polluted=1&A.__proto__.polluted=1&constructor.prototype.polluted=1');
    expect(Object.keys(given)).toEqual(['__proto__', 'A', 'constructor']);
    expect({}).not.toHaveProperty('polluted');
  });
});
