import { expect, it } from 'vitest';
import { parseForwarding } from './forwarding.ts';

it.each([
  ['8080:80', { bind: '127.0.0.1', port: 8080, host: 'localhost', hostPort: 80 }],
  ['0:80', { bind: '127.0.0.1', port: 0, host: 'localhost', hostPort: 80 }],
  ['8080:db:5432', { bind: '127.0.0.1', port: 8080, host: 'db', hostPort: 5432 }],
  ['8080:[fd00::1]:5432', { bind: '127.0.0.1', port: 8080, host: 'fd00::1', hostPort: 5432 }],
  ['localhost:8080:80', { bind: 'localhost', port: 8080, host: 'localhost', hostPort: 80 }],
  ['0.0.0.0:8080:10.0.0.1:80', { bind: '0.0.0.0', port: 8080, host: '10.0.0.1', hostPort: 80 }],
  ['[::1]:8080:[::1]:80', { bind: '::1', port: 8080, host: '::1', hostPort: 80 }],
])('`%s` is understood as ssh -L does', (text, forwarding) => {
  expect(parseForwarding(text)).toEqual(forwarding);
});

it.each([
  '',
  '80',
  ':80',
  '80:',
  'a:b',
  '8080:0',
  '8080:65536',
  '99999:80',
  '1:2:3:4:5',
  ':8080:h:80',
  '8080::80',
  '::1:80:80',
])('`%s` is nothing', (text) => {
  expect(parseForwarding(text)).toBeUndefined();
});
