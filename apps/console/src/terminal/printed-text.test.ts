import { expect, it } from 'vitest';
import { PrintedText } from './printed-text.ts';

const encode = (text: string) => new TextEncoder().encode(text);

it('prints every text as it is, cut anywhere', () => {
  const text = '\u001b[32mschön\u001b[0m 测试 👩‍💻 नमस्ते é 🏴󠁧󠁢󠁥󠁮󠁧󠁿 \ufeffend';
  const printed = new PrintedText();
  expect([...encode(text)].map((byte) => printed.read(Uint8Array.of(byte))).join('')).toBe(text);
});

it('shows bytes that are no text as such', () => {
  expect(new PrintedText().read(Uint8Array.of(0x61, 0xff, 0x9b, 0x62))).toBe('a\ufffd\ufffdb');
});

it('leaves out what turns text around', () => {
  expect(new PrintedText().read(encode('a\u202edcb\u202c\u2066x\u2069'))).toBe('adcbx');
});

it('keeps a few marks on a character, however they come', () => {
  const few = `a${'\u0301'.repeat(8)}`;
  expect(new PrintedText().read(encode(`a${'\u0301'.repeat(10_000)}b`))).toBe(`${few}b`);
  const printed = new PrintedText();
  const pieces = Array.from({ length: 500 }, () => printed.clean('\u0301\u200d'));
  expect(printed.clean('a') + pieces.join('')).toHaveLength(9);
  expect(printed.clean('\u0301')).toBe('\u0301');
});
