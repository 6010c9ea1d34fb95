import { Refusal } from '@muster/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atTerminal } from './at-terminal.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import type { FakeShell } from './fake-shells.ts';
import { fleet } from './fleet.ts';
import { home } from './muster.ts';

let gateway: FakeGateway;
beforeAll(async () => {
  gateway = await startFakeGateway(fleet('web-1', 'web-2'));
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** A shell that repeats what is typed, and ends with `exit` or at the end of input. */
function echoing(shell: FakeShell): void {
  shell.terminal.print('$ ');
  shell.terminal.onInput = (bytes) => {
    shell.terminal.print(bytes);
    if (shell.terminal.typed.endsWith('exit\r')) gateway.shells.end(shell, 7);
    if (bytes.includes(4)) gateway.shells.end(shell, 0);
  };
}

beforeEach(() => {
  gateway.calls.length = 0;
  gateway.refusals.clear();
  gateway.shells.onShell = echoing;
});

const newest = () => gateway.shells.shells[0]!;

describe('muster ssh at a terminal', () => {
  it('opens a shell of the size of this terminal, types keys as they are pressed, and ends as the shell does', async () => {
    using user = home(gateway.url);
    const at = atTerminal(user, ['ssh', 'web-1', '--user', 'deploy', '--reason', 'disk is full', '--grace', '2m']);
    await expect.poll(at.out).toBe('$ ');
    expect(at.isRaw()).toBe(true);
    expect(at.err()).toContain(`muster: deploy on web-1, ${newest().info.sessionId}, recorded; ~. leaves, ~? helps`);
    at.press('ls\r\x03');
    await expect.poll(at.out).toBe('$ ls\r\x03');
    at.resize(120, 40);
    at.press('exit\r');
    expect(await at.done).toBe(7);
    expect(gateway.callsOf('OpenSession')[0]?.message).toMatchObject({
      ...{ instanceId: 'ins-00000000', username: 'deploy', reason: 'disk is full', graceSeconds: 120 },
      ...{ columns: 100, rows: 30 },
    });
    expect(newest().terminal.said).toEqual([{ kind: 'resize', columns: 120, rows: 40 }]);
    expect(at.isRaw()).toBe(false);
  });

  it('ends the shell with ~. at the beginning of a line, and helps with ~?', async () => {
    using user = home(gateway.url);
    const at = atTerminal(user, ['ssh', 'web-1']);
    await expect.poll(at.out).toBe('$ ');
    at.press('x ~.\r~?~~');
    await expect.poll(at.out).toBe('$ x ~.\r~');
    expect(at.err()).toContain('~. ends the shell and leaves');
    at.press('\r~.');
    expect(await at.done).toBe(255);
    expect(newest().terminal.said).toMatchObject([{ kind: 'end' }]);
  });

  it('counts down while the connection is broken, and goes on with what was typed meanwhile', async () => {
    using user = home(gateway.url);
    const at = atTerminal(user, ['ssh', 'web-1']);
    await expect.poll(at.out).toBe('$ ');
    gateway.refusals.set('ResumeSession', new Refusal('unavailable', 'ServiceUnavailable', 'no'));
    gateway.dropConnections();
    await expect.poll(at.err).toMatch(/the connection broke, trying again in 1 s \(~\. leaves\): \S/);
    at.press('typed meanwhile');
    gateway.refusals.clear();
    await expect.poll(at.out).toBe('$ typed meanwhile');
    at.press('\rexit\r');
    expect(await at.done).toBe(7);
  });

  it('ends the shell through the service when it is left while nothing is connected', async () => {
    using user = home(gateway.url);
    const at = atTerminal(user, ['ssh', 'web-1']);
    await expect.poll(at.out).toBe('$ ');
    gateway.refusals.set('ResumeSession', new Refusal('unavailable', 'ServiceUnavailable', 'no'));
    gateway.dropConnections();
    await expect.poll(at.err).toContain('trying again');
    at.press('~.');
    expect(await at.done).toBe(255);
    expect(gateway.callsOf('CloseSession')[0]?.message).toMatchObject({ sessionIds: [newest().info.sessionId] });
  });

  it('gives the terminal back as it was, whatever a program had done to it', async () => {
    using user = home(gateway.url);
    const at = atTerminal(user, ['ssh', 'web-1']);
    await expect.poll(at.out).toBe('$ ');
    newest().terminal.print('\x1b[?1049h\x1b[?25l');
    await expect.poll(at.out).toContain('25l');
    newest().info.errorInfo = 'ended by 100002: lunch';
    gateway.shells.end(newest(), undefined, 'TERMINATED');
    expect(await at.done).toBe(255);
    expect(at.out().endsWith('\x1b[?1049l\x1b[?25h\x1b[m')).toBe(true);
    expect(at.err()).toContain('the session is over: somebody ended it: ended by 100002: lunch');
    expect(at.isRaw()).toBe(false);
  });

  it('tells that somebody else took over, and leaves without ending the shell then', async () => {
    using user = home(gateway.url);
    const at = atTerminal(user, ['ssh', 'web-1']);
    await expect.poll(at.out).toBe('$ ');
    newest().terminal.takeOver('w');
    await expect.poll(at.err).toContain('somebody else types from now on');
    at.press('q');
    expect(await at.done).toBe(255);
    expect([newest().terminal.said, newest().terminal.typed]).toEqual([[], 'w']);
    expect(gateway.callsOf('CloseSession')).toEqual([]);
  });
});

describe('muster ssh without a terminal', () => {
  it('types what is piped in, then the end of input, and ends as the shell does', async () => {
    using user = home(gateway.url);
    const { stdout, stderr, exitCode } = await user.muster(['ssh', 'web-1'], { input: 'uptime' });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '$ uptime\n\x04', stderr: '', exitCode: 0 });
    expect(newest().terminal.typed).toBe('uptime\n\x04');
  });

  it('brings much through, in order', async () => {
    using user = home(gateway.url);
    const input = Array.from({ length: 60_000 }, (_, at) => `${at}\n`).join('');
    const { stdout, exitCode } = await user.muster(['ssh', 'web-1'], { input });
    expect([stdout === `$ ${input}\x04`, exitCode]).toEqual([true, 0]);
  });

  it('tells the end of input again to whoever did not take it', async () => {
    using user = home(gateway.url);
    gateway.shells.onShell = (shell) => {
      shell.terminal.onInput = () => {
        if (shell.terminal.typed === 'cat\n\x04\x04') gateway.shells.end(shell, 0);
      };
    };
    expect((await user.muster(['ssh', 'web-1'], { input: 'cat\n' })).exitCode).toBe(0);
  });

  it.each<[string, string[], string, number]>([
    ['a machine that does not exist', ['nowhere'], 'no instance matches `nowhere`', 255],
    ['a pattern', ['web-*'], '`web-*` names several instances', 255],
    ['a command', ['web-1', 'ls', '/'], "a shell takes no command; muster run '...' -t web-1", 1],
    ['a grace that is too long', ['web-1', '--grace', '2h'], 'It must be at most 1h.', 1],
  ])('says what is wrong with %s', async (_, args, words, code) => {
    using user = home(gateway.url);
    const { stderr, exitCode } = await user.muster(['ssh', ...args]);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(code);
  });

  it('says who refused, and why, with 255', async () => {
    using user = home(gateway.url);
    const message = 'you are not authorized to perform operation (tat:StartSession)';
    const details = { action: 'tat:StartSession', resource: 'ins-00000000' };
    gateway.refusals.set('OpenSession', new Refusal('denied', 'UnauthorizedOperation', message, details));
    const { stderr, exitCode } = await user.muster(['ssh', 'web-1']);
    expect(stderr).toContain(
      `muster: ${message} [UnauthorizedOperation]; ask for a policy that allows tat:StartSession`,
    );
    expect(exitCode).toBe(255);
  });

  it('ends with 255 when a signal ended the shell', async () => {
    using user = home(gateway.url);
    gateway.shells.onShell = ({ terminal }) => terminal.end({ exitCode: undefined, signal: 'SIGKILL' });
    const { stderr, exitCode } = await user.muster(['ssh', 'web-1']);
    expect([stderr, exitCode]).toEqual(['muster: the shell was ended by SIGKILL\n', 255]);
  });
});
