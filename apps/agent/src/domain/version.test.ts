import { expect, it } from 'vitest';
import { isOlder } from './version.ts';

it.each([
  ['0.1.0', '0.2.0', true],
  ['0.9.0', '0.10.0', true],
  ['1.0.0', '0.9.9', false],
  ['0.1.0', '0.1.0', false],
  ['0.1.0', '0.1.1', true],
  ['1', '1.0.1', true],
  ['1.2.3-rc.1', '1.2.3', false],
  ['nonsense', '0.0.1', true],
])('%s is older than %s: %s', (version, than, expected) => {
  expect(isOlder(version, than)).toBe(expected);
});
