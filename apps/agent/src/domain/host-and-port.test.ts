import { expect, it } from 'vitest';
import { hostAndPort } from './host-and-port.ts';

it('reads names, addresses of four bytes and addresses in brackets', () => {
  expect(hostAndPort('db.internal:5432')).toEqual({ host: 'db.internal', port: 5432 });
  expect(hostAndPort('127.0.0.1:80')).toEqual({ host: '127.0.0.1', port: 80 });
  expect(hostAndPort('[::1]:65535')).toEqual({ host: '::1', port: 65_535 });
});

it.each(['', 'db', 'db:', ':80', 'db:0', 'db:65536', '::1:80', 'db:80:90', 'a b:80', '/run/socket:1x'])(
  'reads nothing in `%s`',
  (text) => {
    expect(hostAndPort(text)).toBeUndefined();
  },
);
