import { CommandType } from '@muster/contract';
import { expect, it } from 'vitest';
import { findProgram, runnerOf, supportedFeatures } from './index.ts';

it('has a runner for every language, and takes none for SHELL', () => {
  const features = Object.values(CommandType).map((type) => runnerOf(type)?.feature);
  expect(new Set(features)).toEqual(new Set(['SHELL', 'PYTHON', 'POWERSHELL', 'BAT']));
  expect(runnerOf(CommandType.UNSPECIFIED)?.feature).toBe('SHELL');
});

it.each([
  ['linux', [['bash', 'sh'], ['python3'], ['pwsh'], []]],
  ['win32', [[], ['python3.exe', 'python.exe'], ['powershell.exe'], ['cmd.exe']]],
] as const)('knows the interpreters of %s', (platform, interpreters) => {
  const types = [CommandType.SHELL, CommandType.PYTHON, CommandType.POWERSHELL, CommandType.BAT];
  expect(types.map((type) => runnerOf(type)!.interpreters(platform))).toEqual(interpreters);
});

it('finds the first program that a path has', () => {
  expect(findProgram(['no-such-program', 'sh'], '/nowhere:/bin')).toBe('/bin/sh');
  expect(findProgram(['sh'], '')).toBeUndefined();
  expect(supportedFeatures('/nowhere')).toEqual([]);
});
