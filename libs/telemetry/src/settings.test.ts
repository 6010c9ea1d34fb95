import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { integer, listenAddress, numbersByName, origins, readSettings, setting, text, WrongSettings } from './index.ts';

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

it('takes origins, and nothing that only looks like them', () => {
  const settings = { pages: setting('T_PAGES', origins(), 'whose') };
  const read = (given: string) => readSettings(settings, { T_PAGES: given }).pages;
  for (const right of ['', 'https://a.example', 'https://a.example:8443,http://[::1]:80'])
    expect(read(right)).toBe(right);
  for (const wrong of [
    'a.example',
    '*',
    'https://a.example/',
    'https://u@a.example',
    'ws://a',
    'https://a,',
    'https://a, https://b',
  ])
    expect(() => read(wrong)).toThrow('T_PAGES');
});

it('says what is wrong in words', () => {
  const said = (environment: NodeJS.ProcessEnv) => {
    try {
      return readSettings(settings, environment);
    } catch (error) {
      expect(error).toBeInstanceOf(WrongSettings);
      return (error as Error).message;
    }
  };
  expect(said({ T_QUOTA: '2.5', T_LISTEN: 'nowhere' })).toBe(`these settings are missing or wrong:
  T_LISTEN (where to listen): must be host:port
  T_QUOTA (how many): must be a whole number from 1 to 1000
  T_REGION (the region): is missing`);
  for (const quota of ['0', '1001', 'many', 'Infinity']) {
    expect(said({ T_QUOTA: quota, T_REGION: 'r' })).toMatch(
      /^.*\n {2}T_QUOTA \(how many\): must be a whole number from 1 to 1000$/,
    );
  }
});

it('ends a process whose settings are wrong with what is wrong alone, and lets every other fault through', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-settings-'));
  try {
    const program = join(folder, 'program.ts');
    writeFileSync(
      program,
      `import { settingsOrExit, WrongSettings } from ${JSON.stringify(join(import.meta.dirname, 'settings.ts'))};
const fault = process.argv[2];
settingsOrExit(() => {
  if (fault === 'none') return {};
  throw fault === 'wrong' ? new WrongSettings(['A is missing', 'B is wrong']) : new Error('another');
});
console.log('goes on');
`,
    );
    const run = (fault: string) => spawnSync(process.execPath, [program, fault], { encoding: 'utf8' });
    expect(run('wrong')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'these settings are missing or wrong:\n  A is missing\n  B is wrong\n',
    });
    expect(run('none')).toMatchObject({ status: 0, stdout: 'goes on\n', stderr: '' });
    expect(run('other').stderr).toMatch(/Error: another\n {4}at /);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
