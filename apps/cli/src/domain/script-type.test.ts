import { expect, test } from 'vitest';
import { parseScriptType, scriptTypeOf } from './script-type.ts';

test.each([
  ['check.py', 'PYTHON'],
  ['CHECK.PY', 'PYTHON'],
  ['setup.ps1', 'POWERSHELL'],
  ['old.bat', 'BAT'],
  ['old.cmd', 'BAT'],
  ['run.sh', 'SHELL'],
  ['run', 'SHELL'],
  ['dir.py/run', 'SHELL'],
  ['', 'SHELL'],
])('the ending of %j tells %s', (file, type) => {
  expect(scriptTypeOf(file)).toBe(type);
});

test('a language is named in any case', () => {
  expect(parseScriptType('python')).toBe('PYTHON');
  expect(parseScriptType('perl')).toBeUndefined();
});
