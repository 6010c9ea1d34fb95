import { describe, expect, it } from 'vitest';
import { inNetwork, readAddress, readBoolean, readDate, readNetwork, readNumber } from './values.ts';

describe('numbers', () => {
  it.each([
    ['0', 0],
    ['-1.50', -1.5],
    ['+2e3', 2000],
  ])('reads %j', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });
  it.each(['', ' ', 'abc', '0x10', '1e999', 'Infinity', 'NaN', '1.', '.5', '1 000'])('refuses %j', (text) => {
    expect(readNumber(text)).toBeUndefined();
  });
});

describe('booleans', () => {
  it('reads true and false in any case and nothing else', () => {
    expect(['true', 'False', '1', ''].map(readBoolean)).toEqual([true, false, undefined, undefined]);
  });
});

describe('dates', () => {
  it.each([
    ['2022-05-31T00:00:00Z', '2022-05-31T00:00:00Z'],
    ['2022-05-31 00:00:00', '2022-05-31T00:00:00Z'],
    ['2022-05-31', '2022-05-31T00:00:00Z'],
    ['2022-05-31T00:00:00', '2022-05-31T00:00:00Z'],
    ['2022-05-31 08:00:00+08:00', '2022-05-31T00:00:00Z'],
    ['2022-05-31 00:00:00.250', '2022-05-31T00:00:00.250Z'],
    ['0050-01-31', '0050-01-31T00:00:00Z'],
    ['2024-02-29T23:59:59.5Z', '2024-02-29T23:59:59.500Z'],
    ['2022-05-31T08:00:00.123456789+08:00', '2022-05-31T00:00:00.123Z'],
    ['2022-05-30T20:30:00-03:30', '2022-05-31T00:00:00Z'],
  ])('reads %j', (text, same) => {
    expect(readDate(text)).toBe(Date.parse(same));
  });
  it.each([
    '',
    'yesterday',
    '2022-02-30',
    '2022-04-31T00:00:00Z',
    '2022-05-32',
    '2022-05-00',
    '2022-05-31T1:00:00Z',
    '2023-02-29T00:00:00Z',
    '2022-13-01',
    '2022-00-10',
    '2022-05-31T24:00:00Z',
    '2022-05-31T00:60:00Z',
    '2022-05-31T00:00:60Z',
    '2022-05-31T00:00:00+15:00',
    '2022-05-31T00:00:00+01:60',
    '2022-05-31T00:00',
    '2022-05-31T00:00:00Z\n',
    '1653955200',
  ])('refuses %j', (text) => {
    expect(readDate(text)).toBeUndefined();
  });
});

describe('addresses and networks', () => {
  const inside = (address: string, network: string) => inNetwork(readAddress(address)!, readNetwork(network)!);

  it.each([
    ['10.121.2.77', '10.121.2.10/24'],
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.0/31'],
    ['203.0.113.9', '0.0.0.0/0'],
    ['172.31.255.255', '172.16.0.0/12'],
    ['2001:db8::1', '2001:db8:0:0:ffff::/64'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8::/32'],
    ['fe80::', 'fe80::1/10'],
    ['::1', '::1'],
    ['::', '::/0'],
    ['::ffff:10.1.2.3', '10.0.0.0/8'],
    ['10.1.2.3', '::ffff:10.0.0.0/104'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is in %s', (address, network) => {
    expect(inside(address, network)).toBe(true);
  });

  it.each([
    ['10.121.3.1', '10.121.2.10/24'],
    ['10.0.0.2', '10.0.0.0/31'],
    ['172.32.0.0', '172.16.0.0/12'],
    ['2001:db9::', '2001:db8::/32'],
    ['10.0.0.1', '::/0'],
    ['::1', '0.0.0.0/0'],
    ['10.0.0.1', '::ffff:0.0.0.0/95'],
  ])('%s is not in %s', (address, network) => {
    expect(inside(address, network)).toBe(false);
  });

  it.each([
    '',
    '10.*.*.10/24',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1.2',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '::1/129',
    '12345::',
    '::g',
    '1.2.3.4::',
    '::1.2.3.444',
    ':',
    'localhost',
  ])('refuses %j as a network', (text) => {
    expect(readNetwork(text)).toBeUndefined();
  });

  it('refuses a network where one address is wanted', () => {
    expect(readAddress('10.0.0.0/8')).toBeUndefined();
  });
});
