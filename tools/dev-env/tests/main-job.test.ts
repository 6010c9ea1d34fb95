import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(2);
}, 90_000);
afterAll(() => fixture[Symbol.asyncDispose]());

it('runs a script on every machine and brings its output, its exit codes and its history back', async () => {
  const { code, stdout } = await fixture.muster([
    'run',
    'echo "out of $MUSTER_TASK_ID"; echo err >&2',
    '-t',
    'web-*',
    '--json',
  ]);
  expect(code).toBe(0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown> & { kind: string });
  expect(events.filter(({ kind }) => kind === 'result')).toHaveLength(2);
  expect(stdout).toMatch(/out of invt-/);

  const ps = await fixture.muster(['ps', '--json']);
  expect(ps.code).toBe(0);
  expect(ps.stdout).toContain('SUCCESS');
});

it('says honestly that a script failed, with its code', async () => {
  const { code, stdout, stderr } = await fixture.muster(['run', 'exit 7', '-t', 'web-1']);
  expect(code).toBe(2);
  expect(`${stdout}${stderr}`).toMatch(/FAILED[\s\S]*7/);
});

it('says what is wrong when a user, a directory or an interpreter is not there', async () => {
  const user = await fixture.muster(['run', 'id', '-t', 'web-1', '--user', 'nobody-of-that-name']);
  expect(user.code).toBe(2);
  expect(user.stdout + user.stderr).toMatch(/START_FAILED[\s\S]*nobody-of-that-name/);
  const directory = await fixture.muster(['run', 'pwd', '-t', 'web-1', '--cwd', '/no/such/place']);
  expect(directory.stdout + directory.stderr).toMatch(/START_FAILED[\s\S]*\/no\/such\/place/);
});

it('gives parameters as text and, safe from injection, as environment', async () => {
  const script = 'echo "text {{who}}"; printf "env %s\n" "$MUSTER_PARAM_WHO"';
  const created = await fixture.muster(['command', 'create', 'greet', '-f', '-', '--param', 'who=nobody'], {
    stdin: script,
  });
  expect(created.code, created.stderr).toBe(0);
  const invoked = await fixture.muster(['invoke', 'greet', '-t', 'web-1', '--param', 'who=$(id -u)']);
  expect(invoked.code, invoked.stderr).toBe(0);
  expect(invoked.stdout).toMatch(/text \d+/);
  expect(invoked.stdout).toContain('env $(id -u)');
});

it('kills what runs too long, with its children', async () => {
  const { code, stdout, stderr } = await fixture.muster([
    'run',
    'sleep 300 & setsid sleep 301 & sleep 302',
    '-t',
    'web-1',
    '--timeout',
    '1',
  ]);
  expect(code).toBe(2);
  expect(stdout + stderr).toContain('TIMEOUT');
});
