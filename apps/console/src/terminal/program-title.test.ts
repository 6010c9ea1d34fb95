import { expect, it } from 'vitest';
import { programTitle } from './program-title.ts';

it.each([
  ['root@web-1: /etc', 'root@web-1: /etc'],
  ['  vim\u0007\n\u001b[31m x ', 'vim [31m x'],
  ['ab\u202egnp.exe', 'abgnp.exe'],
  ['\u200b\u2066\ufeff', ''],
  ['naïve 测试 👩‍💻', 'naïve 测试 👩‍💻'],
])('shows %j as %j', (title, shown) => {
  expect(programTitle(title)).toBe(shown);
});

it('cuts what is long and what is piled up', () => {
  expect(programTitle('x'.repeat(100_000))).toBe(`${'x'.repeat(47)}…`);
  expect(programTitle(`a${'\u0301'.repeat(500)}b`).length).toBeLessThan(8);
});
