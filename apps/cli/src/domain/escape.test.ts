import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeBytes, escapeText } from './escape.ts';

describe('escapeText', () => {
  test.each([
    ['a title change', '\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
    ['a clipboard write', '\x1b]52;c;ZXZpbA==\x1b\\', '\\x1b]52;c;ZXZpbA==\\x1b\\'],
    ['colour', '\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['a C1 control', '\u009b31m', '\\x9b31m'],
    ['a carriage return', '10%\r20%', '10%\\x0d20%'],
    ['a line end', 'a\nb', 'a\\x0ab'],
    ['a direction override', 'exe.\u202etxt', 'exe.\\u202etxt'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['DEL', '\x7f', '\\x7f'],
  ])('shows %s instead of obeying it', (_, given, shown) => {
    expect(escapeText(given)).toBe(shown);
  });

  test('leaves tabs, letters of all scripts and emoji alone', () => {
    expect(escapeText('a\tb 你好 é 👨‍👩‍👧 \\x1b')).toBe('a\tb 你好 é 👨‍👩‍👧 \\x1b');
  });
});

describe('escapeBytes', () => {
  test('shows bytes that are not UTF-8, and the text between them', () => {
    expect(escapeBytes(Uint8Array.from([0x61, 0xff, 0xe4, 0xbd, 0xa0, 0x80, 0x1b]))).toBe('a\\xff你\\x80\\x1b');
  });

  test('never lets a control through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(escapeBytes(bytes)).not.toMatch(/(?!\t)[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });
});
