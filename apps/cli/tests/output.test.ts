import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { OutputStream, TaskStatus } from '@muster/contract';
import { describe, expect, test } from 'vitest';
import { startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { type Home, home } from './muster.ts';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');

/** Everything that a command shows on a terminal of its own, made by util-linux's `script`. */
async function onTerminal(
  user: Home,
  args: readonly string[],
  { env = {}, answer = '' }: { env?: Record<string, string>; answer?: string } = {},
): Promise<string> {
  const words = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
  const line = `stty cols 100 rows 30; ${words}`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { ...user.env, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    cwd: user.path,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (answer) child.stdin.write(answer);
  const screen = await text(child.stdout);
  child.stdin.destroy();
  return screen;
}

describe('what scripts write', () => {
  test('T15: cannot command the terminal, unless --raw', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2'));
    using user = home(gateway.url);
    gateway.onRun = (run) => run.succeed('\x1b]52;c;ZXZpbA==\x07\u202eabc\r10%\t.\n');
    const safe = await user.muster(['run', 'x', '-t', 'web-*']);
    expect(safe.stdout).toContain('web-1 | \\x1b]52;c;ZXZpbA==\\x07\\u202eabc\\x0d10%\t.\n');
    const raw = await user.muster(['run', 'x', '-t', 'web-*', '--raw']);
    expect(raw.stdout).toContain('web-1 | \x1b]52;c;ZXZpbA==\x07\u202eabc\r10%\t.\n');
  });

  test.each([
    ['the title', '\x1b]0;owned\x07'],
    ['a report of the title', '\x1b[21t'],
    ['a link', '\x1b]8;;javascript:alert(1)\x1b\\text\x1b]8;;\x1b\\'],
    ['a request for settings', '\x1bP$qm\x1b\\'],
    ['a request for the identity', '\x1b[c'],
    ['the clipboard', '\x1b]52;c;?\x07'],
    ['eight-bit controls', '\x9b2J\x9d0;owned\x9c'],
    ['the order of letters', '\u202e\u2066\u2067\u2068\u2069\u061c'],
    ['lines by another name', '\u2028\u2029\u0085'],
    ['a thousand marks on a letter', `z${'\u0301'.repeat(1_000)}`],
    ['markup, as text', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ])('T15: shows what would change %s', async (_, payload) => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    gateway.onRun = (run) => run.succeed(`${payload}\n`);
    const { stdout, stderr } = await user.muster(['run', 'x', '-t', 'web-1']);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those that a terminal would obey
    expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    expect(stdout).toContain('web-1 | ');
  });

  test('comes byte by byte with --raw --quiet from one machine', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    gateway.onRun = (run) => {
      run.start('web-1');
      run.write('web-1', bytes);
      run.write('web-1', 'warning', OutputStream.STDERR);
      run.end('web-1');
    };
    await user.muster(['run', 'x', '-t', 'web-1', '--detach']);
    const logs = [MAIN, 'logs', 'last', '--raw', '--stream', 'stdout'];
    const { stdout: out } = await promisify(execFile)(process.execPath, logs, { env: user.env, encoding: 'buffer' });
    expect(Buffer.compare(out, bytes)).toBe(0);
    const quiet = await user.muster(['watch', 'last', '--quiet']);
    expect(quiet.stderr).toBe('web-1 ! warning\n');
    expect(quiet.stdout).not.toContain('Successful');
  });

  test('stands in one column, also behind Chinese names', async () => {
    await using gateway = await startFakeGateway(fleet('数据库', 'web-10'));
    using user = home(gateway.url);
    gateway.onRun = (run) => run.succeed('好\n');
    const { stdout } = await user.muster(['run', 'x', '-t', '数*,web-*']);
    expect(stdout).toContain('数据库 | 好\n');
    expect(stdout).toContain('web-10 | 好\n');
    expect(stdout).toContain('Successful on 2 instances: web-10,数据库\n');
  });

  test('is never cut, however wide', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const wide = 'x'.repeat(5_000);
    gateway.onRun = (run) => {
      run.start('web-1');
      run.write('web-1', `${wide}\n`);
      run.write('web-1', `${wide}!\n`, OutputStream.STDERR);
      run.end('web-1', { status: TaskStatus.FAILED, exitCode: 1 });
    };
    const { stdout } = await user.muster(['run', 'x', '-t', 'web-1']);
    expect(stdout).toContain(`web-1 | ${wide}\n`);
    expect(stdout).toMatch(/FAILED +1 .*x!\n/);
  });
});

describe('on a terminal', () => {
  test('there is colour, and a progress line that is gone at the end', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2'));
    using user = home(gateway.url);
    const shown = onTerminal(user, ['run', 'x', '-t', 'web-*']);
    const run = await gateway.run();
    run.start('web-1');
    run.write('web-1', 'working\n');
    run.end('web-1', { status: TaskStatus.FAILED, exitCode: 1 });
    run.start('web-2');
    run.end('web-2');
    const screen = await shown;
    expect(screen).toContain('\x1b[36mweb-1\x1b[39m');
    expect(screen).toContain('working');
    expect(screen).toMatch(/inv-\w{8} 0:\d\d, \d\/2 done/);
    expect(screen).toContain('\x1b[31mFailed on 1 instance: web-1');
    expect(screen.slice(screen.lastIndexOf('INSTANCE'))).not.toContain('done');
  });

  test('NO_COLOR takes the colour away', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    expect(await onTerminal(user, ['instance', 'list'])).toContain('\x1b[32mOnline');
    const plain = await onTerminal(user, ['instance', 'list'], { env: { NO_COLOR: '1' } });
    expect(plain).toContain('Online');
    expect(plain).not.toContain('\x1b[3');
  });

  test('more than 20 instances are asked about', async () => {
    const names = Array.from({ length: 21 }, (_, at) => `web-${at}`);
    await using gateway = await startFakeGateway(fleet(...names));
    using user = home(gateway.url);
    gateway.onRun = (run) => run.succeed();
    const asked = await onTerminal(user, ['run', 'x', '-t', 'web-*'], { answer: 'n\n' });
    expect(asked).toContain('Run on 21 instances (web-*)?');
    expect(asked).toContain('nothing was run');
    expect(gateway.callsOf('RunCommand')).toMatchObject([{ message: { dryRun: true } }]);
    const named = await onTerminal(user, ['run', 'x', '-t', 'web-*,web-1'], { answer: 'n\n' });
    expect(named).toContain('Run on 21 instances (web-0, web-1, web-2, web-3, web-4, …)?');
    const agreed = await onTerminal(user, ['run', 'x', '-t', 'web-*'], { answer: 'y\n' });
    expect(agreed).toContain('Successful on 21 instances');
    expect(await onTerminal(user, ['run', 'x', '-t', 'web-*', '--yes'])).toContain('Successful on 21 instances');
    expect((await user.muster(['run', 'x', '-t', 'web-*'])).exitCode).toBe(0);
  });
});

test('off a terminal there is not one escape sequence', async () => {
  await using gateway = await startFakeGateway(fleet('web-1'));
  using user = home(gateway.url);
  gateway.onRun = (run) => {
    run.start('web-1');
    run.write('web-1', 'out\n');
    run.end('web-1', { status: TaskStatus.FAILED, exitCode: 1 });
  };
  for (const args of [['run', 'x', '-t', 'web-1'], ['instance', 'list'], ['ps'], ['show', 'last'], ['logs', 'last']]) {
    const { stdout, stderr } = await user.muster(args);
    expect(stdout + stderr).not.toContain('\x1b');
  }
});
