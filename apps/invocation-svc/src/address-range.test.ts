import { Refusal } from '@muster/kernel';
import { expect, it } from 'vitest';
import { addressRange } from './address-range.ts';

it.each([
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.4', false],
  ['192.168.10.1/10', '192.191.255.255', true],
  ['192.168.10.1/10', '192.192.0.0', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['10.0.0.0/8', '::ffff:10.9.9.9', true],
  ['10.0.0.0/8', '::ffff:11.9.9.9', false],
  ['10.0.0.0/8', 'fd00::1', false],
  ['fd00::1/8', 'fdff::abcd', true],
  ['fd00::1/8', 'fe00::abcd', false],
  ['fd00::1', 'fd00:0::1', true],
  ['10.0.0.0/8', 'not an address', false],
  ['10.0.0.0/8', '', false],
])('the range %s and the address %j: %j', (range, address, expected) => {
  expect(addressRange(range)(address)).toBe(expected);
});

it.each([
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  '10.0.0',
  '010.0.0.1',
  'fd00::1/129',
  'fe80::1%eth0',
  'host.example',
  '/8',
  ' 10.0.0.1',
])('%j is refused as a range, by name', (text) => {
  expect(() => addressRange(text)).toThrow(Refusal);
  expect(() => addressRange(text)).toThrow(/^IpAddressRange must be/);
});
