import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LINE_MAX_BYTES, type LineHit, LineSearch } from './line-search.ts';

type Piece = readonly [data: Uint8Array, receivedAt: number];

function searched(pieces: readonly Piece[], text: string, ignoreCase = false): LineHit[] {
  const search = new LineSearch(Buffer.from(text), { ignoreCase });
  return [...pieces.flatMap(([data, receivedAt]) => [...search.feed(data, receivedAt)]), ...search.end()];
}

/** The same with the whole output in one string of bytes. */
function naive(pieces: readonly Piece[], text: string, ignoreCase = false): LineHit[] {
  const whole = Buffer.concat(pieces.map(([data]) => data));
  const times = pieces.flatMap(([data, receivedAt]) => Array<number>(data.length).fill(receivedAt));
  const fold = (bytes: string) => (ignoreCase ? bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : bytes);
  const needle = Buffer.from(text).toString('latin1');
  let start = 0;
  return whole
    .toString('latin1')
    .split('\n')
    .flatMap((raw, index, all) => {
      const line = index < all.length - 1 ? raw.replace(/\r$/, '') : raw;
      const at = fold(line).indexOf(fold(needle));
      const lineStart = start;
      start += raw.length + 1;
      if (at === -1) return [];
      const middle = at - Math.floor((LINE_MAX_BYTES - needle.length) / 2);
      const from = Math.max(0, Math.min(middle, line.length - LINE_MAX_BYTES));
      return [
        {
          lineNumber: index + 1,
          offset: lineStart + at,
          line: new Uint8Array(Buffer.from(line.slice(from, from + LINE_MAX_BYTES), 'latin1')),
          receivedAt: times[lineStart + at + needle.length - 1],
        },
      ];
    });
}

const alphabet = fc.constantFrom(...Buffer.from('aAbB\r\n\0\xff', 'latin1'));
const stretch = fc.oneof(
  { weight: 6, arbitrary: fc.array(alphabet, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes)) },
  // what makes a line longer than is shown
  {
    weight: 1,
    arbitrary: fc
      .tuple(alphabet, fc.integer({ min: 400, max: 1_100 }))
      .map(([byte, length]) => new Uint8Array(length).fill(byte === 10 ? 120 : byte)),
  },
);
const pieces = fc.array(fc.tuple(stretch, fc.nat(9)), { maxLength: 20 });
const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'x', 'é'), minLength: 1, maxLength: 4 });

it('finds what a search of the whole output finds, however it comes in pieces', () => {
  fc.assert(
    fc.property(pieces, text, fc.boolean(), (output, wanted, ignoreCase) => {
      expect(searched(output, wanted, ignoreCase)).toEqual(naive(output, wanted, ignoreCase));
    }),
    { numRuns: 2_000 },
  );
});

it('shows the whole of a line as long as is shown, and its end with a hit at the end', () => {
  for (const length of [LINE_MAX_BYTES - 1, LINE_MAX_BYTES, LINE_MAX_BYTES + 1, 2_200]) {
    for (const at of [0, 1, 500, length - 3]) {
      const line = Buffer.alloc(length, 'x');
      line.write('abc', at);
      for (const ending of ['', '\n', '\r\n', '\r']) {
        const bytes = Buffer.concat([line, Buffer.from(ending)]);
        const oneByOne = [...bytes].map((byte) => [Uint8Array.of(byte), 1] as const);
        const expected = naive([[bytes, 1]], 'abc');
        expect(searched([[bytes, 1]], 'abc')).toEqual(expected);
        expect(searched(oneByOne, 'abc')).toEqual(expected);
      }
    }
  }
});

it('keeps little of a line that never ends', () => {
  const search = new LineSearch(Buffer.from('needle'), { ignoreCase: false });
  const hits: LineHit[] = [];
  const feed = (data: Buffer, receivedAt: number) => {
    hits.push(...search.feed(data, receivedAt));
    expect(search.held).toBeLessThanOrEqual(2 * LINE_MAX_BYTES + 6);
  };
  for (let piece = 0; piece < 200; piece++) feed(Buffer.alloc(65_536, 'x'), piece);
  feed(Buffer.from('needle'), 200);
  feed(Buffer.alloc(65_536, 'y'), 201);
  feed(Buffer.alloc(65_536, 'y'), 202);
  expect(hits).toMatchObject([{ lineNumber: 1, offset: 200 * 65_536, receivedAt: 200 }]);
  expect(hits[0]!.line).toHaveLength(LINE_MAX_BYTES);
});

it('takes the text as it is: nothing in it has a meaning', () => {
  const output = [[Buffer.from('a.c\nabc\n[a-z]*\n'), 1]] as const;
  expect(searched(output, 'a.c').map((hit) => hit.lineNumber)).toEqual([1]);
  expect(searched(output, '[A-Z]*', true).map((hit) => hit.lineNumber)).toEqual([3]);
});
