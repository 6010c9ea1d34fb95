import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inert } from './inert-text.ts';

describe('output made inert', () => {
  it.each([
    ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['cursor moves', 'a\u001b[2J\u001b[10;3Hb', 'ab'],
    ['a title', '\u001b]0;pwned\u0007', '␛]0;pwned␇'],
    ['the clipboard', '\u001b]52;c;ZXZpbA==\u0007', '␛]52;c;ZXZpbA==␇'],
    ['a link', '\u001b]8;;javascript:alert(1)\u0007x', '␛]8;;javascript:alert(1)␇x'],
    ['a status request', '\u001bP$qm\u001b\\', '␛P$qm␛\\'],
    ['C1', '\u009b31m', '‹U+009B›31m'],
    ['turned text', 'user\u202e txt.exe', 'user‹U+202E› txt.exe'],
    ['a heap of marks', `a${'\u0301'.repeat(10_000)}b`, `a${'\u0301'.repeat(8)}…b`],
  ])('handles %s', (_, given, shown) => {
    expect(inert(given)).toBe(shown);
  });

  it('leaves ordinary text of every script as it is', () => {
    const text = 'total 4\tnaïve 你好 😀 <script>alert(1)</script>';
    expect(inert(text)).toBe(text);
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(inert(given)).not.toMatch(/(?!\t)\p{Cc}|\p{Bidi_Control}/u);
      }),
    );
  });
});
