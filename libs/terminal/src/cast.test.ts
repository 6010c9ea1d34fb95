import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CastWriter, completeLength } from './cast.ts';

const START = 1_700_000_000_500;
const printed = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as [number, string, string]);
const textOf = (lines: string) =>
  printed(lines)
    .map(([, , text]) => text)
    .join('');

/** Bytes as terminals print them: text, control codes, and now and then something that is no UTF-8. */
const noise = fc.uint8Array({ maxLength: 6 });
const bytes = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
      noise,
    ),
    { maxLength: 8 },
  )
  .map((parts) => new Uint8Array(parts.flatMap((part) => [...part])));
const cuts = fc.array(fc.nat(60), { maxLength: 12 });
const pieces = (whole: Uint8Array, at: readonly number[]) => {
  const edges = [0, ...at.filter((edge) => edge < whole.length).sort((a, b) => a - b), whole.length];
  return edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
};

describe('the text of a recording', () => {
  it('is the same however the output was cut', () => {
    fc.assert(
      fc.property(bytes, cuts, (whole, at) => {
        const writer = new CastWriter(START);
        const lines = pieces(whole, at).map((piece) => writer.output(START, piece));
        lines.push(writer.end(START));
        expect(textOf(lines.join(''))).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole));
        expect(writer.offset).toBe(whole.length);
      }),
      { numRuns: 500 },
    );
  });

  it('is continued by another writer that begins at the offset of the first', () => {
    fc.assert(
      fc.property(bytes, fc.nat(60), (whole, at) => {
        const first = new CastWriter(START);
        const before = first.output(START, whole.subarray(0, at));
        const second = new CastWriter(START, first);
        const after = second.output(START, whole.subarray(first.offset)) + second.end(START);
        expect(textOf(before + after)).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole));
      }),
    );
  });

  it('waits for no more than three bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (some) => {
        expect(some.length - completeLength(some)).toBeLessThanOrEqual(3);
      }),
    );
  });
});

it('is asciicast version 2: a header, and lines of time, kind and text', () => {
  const writer = new CastWriter(START);
  const lines = [
    writer.header({ columns: 80, rows: 24, title: 'root on web-1', term: 'xterm-256color' }),
    writer.output(START + 250, new TextEncoder().encode('\u001b[1m漢\r\n')),
    writer.resize(START + 1_500, 100, 30),
    writer.input(START + 1_500, 'ls\r'),
  ];
  expect(lines.join('')).toBe(
    [
      '{"version":2,"width":80,"height":24,"timestamp":1700000000,"title":"root on web-1","env":{"TERM":"xterm-256color"}}',
      '[0.25,"o","\\u001b[1m漢\\r\\n"]',
      '[1.5,"r","100x30"]',
      '[1.5,"i","ls\\r"]',
      '',
    ].join('\n'),
  );
});

it('writes times that never fall, whatever the clock does', () => {
  const writer = new CastWriter(START);
  const times = [900, 400, 1_000].map((after) => printed(writer.resize(START + after, 80, 24))[0]![0]);
  expect(times).toEqual([0.9, 0.9, 1]);
});

it('goes on from the last time of the writer before', () => {
  const first = new CastWriter(START);
  first.resize(START + 900, 80, 24);
  const second = new CastWriter(START, first);
  expect(printed(second.marker(START + 400, 'came back'))).toEqual([[0.9, 'm', 'came back']]);
});

it('drops what waits for the rest of a character when output is missing, and counts on behind it', () => {
  const writer = new CastWriter(START);
  writer.output(START, Uint8Array.of(0xe6));
  writer.skip(40);
  expect(textOf(writer.output(START, Uint8Array.of(0x61)))).toBe('a');
  expect(writer.offset).toBe(41);
});

it('writes no line for what is not a character yet', () => {
  const writer = new CastWriter(START);
  expect([writer.output(START, Uint8Array.of(0xe6, 0xbc)), writer.offset]).toEqual(['', 0]);
  expect(textOf(writer.output(START, Uint8Array.of(0xa2)))).toBe('漢');
  expect([writer.offset, writer.end(START)]).toEqual([3, '']);
});
