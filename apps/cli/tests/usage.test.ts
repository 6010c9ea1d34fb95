import { describe, expect, test } from 'vitest';
import { home } from './muster.ts';

describe('usage', () => {
  test.each([
    ['an unknown command', ['runn'], 'Did you mean run?'],
    ['an unknown option', ['run', '--bogus'], "muster: unknown option '--bogus'"],
    ['a missing argument', ['show'], "muster: missing required argument 'run'"],
    ['a wrong duration', ['run', 'x', '-t', 'a', '--timeout', 'soon'], 'must be a duration, such as 90s, 5m or 2h'],
    ['a wrong type', ['run', 'x', '-t', 'a', '--type', 'perl'], 'must be one of SHELL, PYTHON, POWERSHELL, BAT'],
    ['no script', ['run', '-t', 'a'], 'no script; give it in quotes'],
    ['two scripts', ['run', 'x', '-f', 'y', '-t', 'a'], 'which one is to run?'],
    ['a missing file', ['run', '-f', 'nowhere.sh', '-t', 'a'], 'no file `nowhere.sh`'],
    ['a parameter without a value', ['run', 'x', '-t', 'a', '--param', 'k'], '--param: `k` is not key=value'],
  ])('%s is one clear fault with 1', async (_, args, words) => {
    using user = home('http://127.0.0.1:1');
    const { stdout, stderr, exitCode } = await user.muster(args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain(words);
  });

  test('help and version are answers', async () => {
    using user = home(undefined);
    const top = await user.muster(['--help']);
    expect(top).toMatchObject({ exitCode: 0, stderr: '' });
    expect(top.stdout).toContain('run a script on instances');
    const deep = await user.muster(['help', 'iam', 'policy', 'attach']);
    expect(deep.stdout).toContain('muster iam policy attach run-on-all ana');
    expect((await user.muster(['--version'])).stdout).toBe('0.1.0\n');
  });
});
