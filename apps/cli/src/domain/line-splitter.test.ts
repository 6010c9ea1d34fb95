import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastLine } from './last-line.ts';
import { LINE_MAX_BYTES, LineSplitter } from './line-splitter.ts';

/** The lines of these pieces, as text. */
function split(...pieces: (string | Uint8Array)[]): string[] {
  const splitter = new LineSplitter();
  const lines = pieces.flatMap((piece) => splitter.push(Buffer.from(piece as string)));
  const rest = splitter.end();
  return [...lines, ...(rest ? [rest] : [])].map((line) => Buffer.from(line).toString());
}

describe('LineSplitter', () => {
  test.each([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['a line in pieces', ['a', 'b', 'c\nd'], ['abc', 'd']],
    ['empty lines', ['\n\na\n'], ['', '', 'a']],
    ['the ends of other systems', ['a\r\nb\r\n'], ['a', 'b']],
    ['an end that is cut in two', ['a\r', '\nb'], ['a', 'b']],
    ['nothing', ['', ''], []],
  ])('gives %s', (_, pieces, lines) => {
    expect(split(...pieces)).toEqual(lines);
  });

  test('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '你', '\n', '\r\n') })), (pieces) => {
        expect(split(...pieces)).toEqual(split(pieces.join('')));
      }),
    );
  });

  test('does not keep a line for ever, and cuts it between characters', () => {
    const long = '你'.repeat(LINE_MAX_BYTES / 2);
    const lines = split(`${long}\n`);
    expect(lines.join('')).toBe(long);
    const pieces = split(long, long);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe(long + long);
    expect(pieces.every((piece) => !piece.includes('\ufffd'))).toBe(true);
  });
});

test('lastLine is the last line with something in it', () => {
  const last = (text: string) => Buffer.from(lastLine(Buffer.from(text))).toString();
  expect(last('one\ntwo\n\n  \n')).toBe('two');
  expect(last('one')).toBe('one');
  expect(last('\n')).toBe('');
  expect(last('')).toBe('');
});
