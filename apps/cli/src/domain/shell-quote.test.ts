import { expect, test } from 'vitest';
import { quote } from './shell-quote.ts';

test.each([
  ['https://muster.example.com:8443/a', 'https://muster.example.com:8443/a'],
  ['two words', "'two words'"],
  ["it's", `'it'\\''s'`],
  ['$(reboot)', "'$(reboot)'"],
  ['', "''"],
])('%s', (word, quoted) => {
  expect(quote(word)).toBe(quoted);
});
