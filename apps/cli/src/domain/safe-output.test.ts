import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SafeOutput } from './safe-output.ts';

const safe = (...texts: string[]) => {
  const output = new SafeOutput();
  return texts.map((text) => Buffer.from(output.take(Buffer.from(text))).toString()).join('');
};

describe('what others print', () => {
  it.each([
    ['text, also of other alphabets', 'héllo wörld 漢字 🙂 \u00a0©\r\n\t'],
    ['colours, cursor and screens', '\x1b[1;31mred\x1b[m\x1b[2J\x1b[H\x1b[?1049h\x1b[10;20H\x1b[K\x1b[5S\x1b[3 q'],
    ['other sequences', '\x1b7\x1b8\x1bM\x1bc\x1b(B\x1b=\x1b#8'],
  ])('keeps %s', (_, text) => {
    expect(safe(text)).toBe(text);
  });

  it.each([
    ['a title', 'a\x1b]0;owned\x07b'],
    ['the clipboard', 'a\x1b]52;c;cm0gLXJmIC8=\x1b\\b'],
    ['a control string', 'a\x1bP$q"p\x1b\\b'],
    ['a string with an escape in it', 'a\x1b]2;x\x1b[31my\x1b\\b'],
    ['an answerback', 'a\x05b'],
    ['what a terminal is', 'a\x1b[c\x1b[>c\x1b[0c\x1bZ\x1b[>0qb'],
    ['where its cursor is', 'a\x1b[6n\x1b[?6nb'],
    ['its modes and keyboard', 'a\x1b[?2026$p\x1b[?u\x1b[?1;1;0Sb'],
    ['its window', 'a\x1b[21t\x1b[8;10;10tb'],
    ['its printer', 'a\x1b[5ib'],
  ])('loses %s', (_, text) => {
    expect(safe(text)).toBe('ab');
  });

  it('has no control characters of eight bits, so what hides behind one is text', () => {
    expect(safe('a\u009b6nb\u009d0;x\u0007')).toBe('a6nb0;x\u0007');
  });

  it('is the same however it is cut', () => {
    const text = 'x\x1b[31mé\u009b\x1b]0;title\x07y\x1bP1;2|z\x1b\\\x1b[6n漢\x1b[?1049h';
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const output = new SafeOutput();
        const places = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
        const pieces = places.slice(1).map((to, at) => output.take(bytes.subarray(places[at], to)));
        expect(Buffer.concat(pieces).toString()).toBe('x\x1b[31méy漢\x1b[?1049h');
      }),
    );
  });

  it('does not wait for ever for the end of a sequence that has none', () => {
    expect(safe(`\x1b[${'1'.repeat(1_000)}mtext`).endsWith('mtext')).toBe(true);
  });
});
