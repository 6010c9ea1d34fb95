import { characterLength, decodeUtf8 } from './utf8.ts';

/** Controls (C0, C1), line separators and what turns the writing direction round: whatever could make a terminal do or show something else. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Text that is safe on a terminal: unsafe characters become `\x1b` or `\u202e`. Tabs stay. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => (character === '\t' ? character : escaped(character.codePointAt(0)!)));
}

/** A line of output that is safe on a terminal; bytes that are not UTF-8 become `\xff`. */
export function escapeBytes(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== undefined) return escapeText(text);
  let line = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      line += escapeText(decodeUtf8(bytes.subarray(at, at + length))!);
      at += length;
    } else {
      line += escaped(bytes[at]!);
      at += 1;
    }
  }
  return line;
}

function escaped(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
