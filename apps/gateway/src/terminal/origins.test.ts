import { expect, it } from 'vitest';
import { originRule } from './origins.ts';

const rule = originRule({ scheme: 'https', listed: 'https://ops.example,http://localhost:5173' });
const host = 'muster.example:8443';

it.each([
  ['no page', undefined],
  ['its own page', 'https://muster.example:8443'],
  ['a page that is listed', 'https://ops.example'],
  ['another', 'http://localhost:5173'],
])('lets %s through', (_, origin) => {
  expect(rule({ origin, host })).toBe(true);
});

it.each([
  ['a foreign page', 'https://evil.example'],
  ['its own host by another scheme', 'http://muster.example:8443'],
  ['its own host at another port', 'https://muster.example'],
  ['a host that begins like its own', 'https://muster.example.evil.example:8443'],
  ['a host that ends like its own', 'https://evil-muster.example:8443'],
  ['its own host as a user', 'https://muster.example:8443@evil.example'],
  ['its own with a path', 'https://muster.example:8443/'],
  ['two origins', 'https://muster.example:8443, https://evil.example'],
  ['a page that hides its origin', 'null'],
  ['nothing', ''],
  ['a listed one as a part', 'https://ops.example.evil.example'],
])('T16: refuses %s', (_, origin) => {
  expect(rule({ origin, host })).toBe(false);
});

it('knows its own name as browsers write it, and lives with hosts that are none', () => {
  const plain = originRule({ scheme: 'http', listed: '' });
  expect(plain({ origin: 'http://muster.example', host: 'Muster.Example:80' })).toBe(true);
  expect(plain({ origin: 'http://muster.example', host: '[' })).toBe(false);
  expect(plain({ origin: 'http://muster.example', host: undefined })).toBe(false);
});
