import { expect, it } from 'vitest';
import { integer, listenAddress, numbersByName, readSettings, setting, text } from './index.ts';

const settings = {
  listen: setting('T_LISTEN', listenAddress('127.0.0.1:0'), 'where to listen'),
  quota: setting('T_QUOTA', integer({ min: 1, max: 1000, fallback: 500 }), 'how many'),
  region: setting('T_REGION', text(), 'the region'),
};

it('reads values, defaults and documents both', () => {
  expect(readSettings(settings, { T_REGION: 'ap-guangzhou', T_QUOTA: '7' })).toEqual({
    listen: '127.0.0.1:0',
    quota: 7,
    region: 'ap-guangzhou',
  });
  expect(settings.quota.fallback).toBe('500');
  expect(settings.region.fallback).toBeUndefined();
});

it('takes an empty variable for an absent one', () => {
  expect(readSettings(settings, { T_REGION: 'r', T_QUOTA: '' }).quota).toBe(500);
});

it('lists every fault at once and never turns a typo into the default', () => {
  expect(() => readSettings(settings, { T_QUOTA: 'many', T_LISTEN: 'nowhere' })).toThrow(
    /T_LISTEN[\s\S]*T_QUOTA[\s\S]*T_REGION/,
  );
});

it('takes numbers for names, and nothing that only looks like them', () => {
  const rates = { rates: setting('T_RATES', numbersByName('A=60'), 'how often') };
  const read = (given?: string) => readSettings(rates, given === undefined ? {} : { T_RATES: given }).rates;
  expect([read(), read('RunCommand=5,B=0')]).toEqual(['A=60', 'RunCommand=5,B=0']);
  for (const wrong of ['RunCommand', 'A=', 'A=-1', 'A=1,', 'A=1;B=2']) expect(() => read(wrong)).toThrow('T_RATES');
});
