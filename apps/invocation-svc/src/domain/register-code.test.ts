import { expect, it } from 'vitest';
import { checkRegisterCode, instanceName, type RegisterCode, refusalOf } from './register-code.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const given = { description: '', instanceNamePrefix: '' };

it('fills in ten machines and four hours', () => {
  expect(checkRegisterCode(given, NOW)).toEqual({ ...given, registerLimit: 10, expiresAt: NOW + 4 * HOUR_MS });
});

it.each([
  [1, NOW + HOUR_MS],
  [99_999, NOW + 99_999 * HOUR_MS],
  [100_000, undefined],
])('a code for %i hours expires at %j', (effectiveTime, expiresAt) => {
  expect(checkRegisterCode({ ...given, effectiveTime }, NOW).expiresAt).toBe(expiresAt);
});

it('counts characters, not their encoding', () => {
  expect(() => checkRegisterCode({ ...given, description: '😀'.repeat(128) }, NOW)).not.toThrow();
  expect(() => checkRegisterCode({ ...given, description: '😀'.repeat(129) }, NOW)).toThrow(/at most 128 .* was 129/);
});

it.each([
  ['', 'web-1', 'web-1'],
  ['shop', 'web-1', 'shop-web-1'],
  ['shop', 'h'.repeat(70), `shop-${'h'.repeat(55)}`],
  ['', '😀'.repeat(61), '😀'.repeat(60)],
])('the prefix %j and the host %j make the name %j', (prefix, host, name) => {
  expect(instanceName(prefix, host)).toBe(name);
});

it('says first what cannot be mended', () => {
  const code = { enabled: true, registerLimit: 2, registeredCount: 2, expiresAt: NOW } as RegisterCode;
  const at = (now: number, change: Partial<RegisterCode> = {}) => refusalOf({ ...code, ...change }, now).message;
  expect(at(NOW - 1)).toMatch(/used up: 2 of 2/);
  expect(at(NOW)).toMatch(/expired/);
  expect(at(NOW, { enabled: false })).toMatch(/disabled/);
});
