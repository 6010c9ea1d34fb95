import { expect, it } from 'vitest';
import { clipboardWish } from './clipboard-wish.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

it('is the text that a program wants to hand over, whatever the clipboard is called', () => {
  expect(clipboardWish(`c;${base64('schön')}`)).toBe('schön');
  expect(clipboardWish(`;${base64('ls\n')}`)).toBe('ls\n');
  expect(clipboardWish(`pc;${base64('x')}`)).toBe('x');
});

it.each([
  ['to read it', 'c;?'],
  ['to read it under every name', 'cpqs01234567;?'],
  ['to empty it', 'c;'],
  ['with bytes that are no text', `c;${Buffer.from([0xff, 0xfe]).toString('base64')}`],
  ['with no base64', 'c;<script>'],
  ['with bad base64', 'c;abcde'],
  ['with too much', `c;${'A'.repeat(2_000_000)}`],
  ['with another form', 'x;y;z'],
])('is nothing when the wish is %s', (_, data) => {
  expect(clipboardWish(data)).toBeUndefined();
});
