import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mask, maskText } from './mask.ts';

const bytes = (text: string) => Buffer.from(text);
const NO_LIMIT = Number.POSITIVE_INFINITY;

/** What a mask gives for a stream in these pieces. */
function masked(values: readonly string[], pieces: readonly Uint8Array[], { limit = NO_LIMIT, cut = false } = {}) {
  const mask = new Mask(values, limit);
  const given = pieces.map((piece) => mask.push(piece));
  return { output: Buffer.concat([...given, mask.end({ cut })]), taken: mask.taken };
}

/** The same by looking for every value everywhere: which bytes of it are covered, and what is shown. */
function naively(values: readonly string[], stream: Buffer) {
  const runs: { start: number; end: number }[] = [];
  const found = values
    .map((value) => bytes(value))
    .filter((value) => value.length > 0)
    .flatMap((value) =>
      Array.from(stream.keys())
        .filter((at) => stream.subarray(at, at + value.length).equals(value))
        .map((start) => ({ start, end: start + value.length })),
    )
    .sort((a, b) => a.start - b.start || b.end - a.end);
  for (const { start, end } of found) {
    const last = runs.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else runs.push({ start, end });
  }
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end } of runs) {
    parts.push(stream.subarray(at, start), bytes('******'));
    at = end;
  }
  return { runs, output: Buffer.concat([...parts, stream.subarray(at)]) };
}

/** `whole` at these places cut into pieces. */
function cutAt(whole: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
}

// few letters, so that values occur, overlap and begin everywhere
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 6 });
const values = fc.array(text, { minLength: 1, maxLength: 4 });
const stream = fc
  .array(fc.oneof(text, fc.constantFrom('\n', 'x', 'Ã')), { maxLength: 30 })
  .map((parts) => bytes(parts.join('')));
const places = fc.array(fc.nat(), { maxLength: 12 });

describe('a mask', () => {
  it.each([
    [['s3cret'], 'a s3cret b', 'a ****** b'],
    [['s3cret'], 's3cres3crets3cret', 's3cre************'],
    [['abc', 'cde'], 'abcde', '******'],
    [['abc', 'abcdef'], 'abcdex abcdef', '******dex ******'],
    [['aa'], 'aaa b aaaa', '****** b ******'],
    [['x', 'xyz'], 'xyxyz', '******y******'],
    [['pass\nword'], 'pass\nword pass word', '****** pass word'],
    [['é'], 'é e', '****** e'],
    [[''], 'abc', 'abc'],
    [[], 'abc', 'abc'],
  ])('of %j makes %j into %j', (hidden, given, shown) => {
    expect(masked(hidden, [bytes(given)]).output.toString()).toBe(shown);
    expect(maskText(hidden, given)).toBe(shown);
  });

  it('gives, for any values and any pieces, what looking everywhere gives for the whole', () => {
    fc.assert(
      fc.property(values, stream, places, (hidden, whole, cuts) => {
        const { output, taken } = masked(hidden, cutAt(whole, cuts));
        expect(output.toString('latin1')).toBe(naively(hidden, whole).output.toString('latin1'));
        expect(taken).toBe(whole.length);
      }),
    );
  });

  it('has given, at any moment, the beginning of what it gives in the end, and holds back a value at most', () => {
    fc.assert(
      fc.property(values, stream, (hidden, whole) => {
        const mask = new Mask(hidden, NO_LIMIT);
        const longest = Math.max(...hidden.map((value) => bytes(value).length), 1);
        let given = Buffer.alloc(0);
        for (const [at, byte] of whole.entries()) {
          given = Buffer.concat([given, mask.push(Buffer.of(byte))]);
          expect(mask.taken).toBeGreaterThanOrEqual(at + 1 - longest);
        }
        expect(naively(hidden, whole).output.subarray(0, given.length).equals(given)).toBe(true);
      }),
    );
  });

  it('shows a value that is complete without waiting for more', () => {
    expect(new Mask(['s3cret'], NO_LIMIT).push(bytes('password: s3cret')).length).toBe('password: ******'.length);
  });

  it('shows of a stream that was cut nothing that could not be shown whatever came after it', () => {
    fc.assert(
      fc.property(values, stream, places, text, (hidden, whole, cuts, rest) => {
        const { output } = masked(hidden, cutAt(whole, cuts), { cut: true });
        const all = naively(hidden, Buffer.concat([whole, bytes(rest)])).output;
        expect(all.subarray(0, output.length).equals(output)).toBe(true);
      }),
    );
    expect(masked(['s3cret'], [bytes('my s3cre')], { cut: true })).toEqual({ output: bytes('my '), taken: 3 });
    expect(masked(['s3cret', 't!'], [bytes('my s3cret')], { cut: true })).toEqual({
      output: bytes('my ******'),
      taken: 9,
    });
  });

  it('gives no more than its limit, and counts exactly what it left out', () => {
    fc.assert(
      fc.property(values, stream, places, fc.nat(60), (hidden, whole, cuts, limit) => {
        const { output, taken } = masked(hidden, cutAt(whole, cuts), { limit });
        const all = naively(hidden, whole);
        expect(output.length).toBeLessThanOrEqual(limit);
        expect(all.output.subarray(0, output.length).equals(output)).toBe(true);
        // what was taken is what was given: masking only that much gives the same
        const ofTaken = all.runs.filter(({ start }) => start < taken);
        const masks = ofTaken.reduce((sum, { start, end }) => sum + 6 - (Math.min(end, taken) - start), 0);
        expect(output.length).toBe(taken + masks);
      }),
    );
  });

  it('takes the time of one look at each byte, also where values nearly occur everywhere', () => {
    const nearly = `${'a'.repeat(20_000)}b`;
    const mask = new Mask([nearly, 'a'.repeat(9_999)], NO_LIMIT);
    const flood = Buffer.alloc(1_000_000, 'a');
    const given = Buffer.concat([mask.push(flood), mask.end({ cut: false })]);
    expect(given.toString()).toBe('******');
  });
});
