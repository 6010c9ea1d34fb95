import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InvokeCommandRequest, type ModifyCommandRequest, OutputStream, TaskStatus } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { describe, expect, test } from 'vitest';
import { addCommand } from './fake-commands.ts';
import { startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { home } from './muster.ts';

describe('muster command', () => {
  test('creates, lists, shows, edits, previews, lists versions and deletes', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    writeFileSync(join(user.path, 'disk.py'), 'print("{{path}}")\n');
    const create = ['command', 'create', '磁盘', '-f', 'disk.py', '--param', 'path=/', '--timeout', '5m'];
    const created = await user.muster(create);
    expect(created.stdout).toMatch(/^cmd-\w{8}\n$/);
    expect(created.stderr).toContain('muster invoke 磁盘 -t NAME');
    expect((await user.muster(['command', 'list', '磁*'])).stdout).toMatch(/磁盘 +cmd-\w{8} +PYTHON +1 /);
    const shown = await user.muster(['command', 'show', '磁盘']);
    expect(shown.stdout).toMatch(/time limit +300s\n/);
    expect(shown.stdout).toMatch(/\nPARAMETER +DEFAULT +DESCRIPTION\npath +\/ +-\n/);
    expect(shown.stdout).toContain('\nprint("{{path}}")\n');
    expect((await user.muster(['command', 'show', '磁盘', '--content'])).stdout).toBe('print("{{path}}")\n');

    expect((await user.muster(['command', 'preview', '磁盘', '--param', 'path=/var'])).stdout).toBe('print("/var")\n');

    const edited = await user.muster(['command', 'edit', '磁盘', '--description', 'how full']);
    expect(edited.stdout).toBe('磁盘 is at version 2\n');
    const change = gateway.callsOf('ModifyCommand')[0]!.message as ModifyCommandRequest;
    expect(change).toMatchObject({ description: 'how full' });
    expect(change.content).toBeUndefined();
    expect((await user.muster(['command', 'versions', '磁盘', '--json'])).stdout).toContain('"TotalCount":2');
    expect((await user.muster(['command', 'show', '磁盘', '--command-version', '1'])).stdout).not.toContain('how full');
    expect((await user.muster(['command', 'show', '磁盘', '--command-version', '9'])).exitCode).toBe(5);

    expect((await user.muster(['command', 'delete', '磁盘'])).exitCode).toBe(0);
    const gone = await user.muster(['command', 'show', '磁盘']);
    expect(gone).toMatchObject({
      exitCode: 5,
      stderr: 'muster: no command `磁盘`; `muster command list` shows yours\n',
    });
  });

  test('has tags from the beginning, gets more and loses them', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    writeFileSync(join(user.path, 'disk.sh'), 'df');
    await user.muster(['command', 'create', 'disk', '-f', 'disk.sh', '--tag', 'team=ops']);
    await user.muster(['command', 'tag', 'disk', 'stage=prod', 'team=db']);
    await user.muster(['command', 'untag', 'disk', 'stage']);
    const { stdout } = await user.muster(['command', 'show', 'disk', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ Tags: [{ Key: 'team', Value: 'db' }] });
  });

  test('a script of somebody else cannot command the terminal when it is shown', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    addCommand(gateway.library, {
      commandName: 'evil',
      content: Buffer.from('echo \x1b]0;x\x07'),
      description: '\x1b[2J',
    });
    expect((await user.muster(['command', 'show', 'evil'])).stdout).toContain('echo \\x1b]0;x\\x07\n');
    expect((await user.muster(['command', 'list'])).stdout).toContain('\\x1b[2J');
  });

  test('edit without options needs a terminal', async () => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    addCommand(gateway.library, { commandName: 'disk' });
    const { stderr, exitCode } = await user.muster(['command', 'edit', 'disk']);
    expect({ stderr, exitCode }).toEqual({
      stderr: 'muster: nothing to change; give -f FILE or another option\n',
      exitCode: 1,
    });
  });
});

describe('muster invoke', () => {
  test('runs a stored command by name, with parameters and a version', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const { commandId } = addCommand(gateway.library, { commandName: 'disk' });
    gateway.onRun = (run) => run.succeed('42%\n');
    const args = ['invoke', 'disk', '-t', 'web-1', '--param', 'path=/var', '--command-version', '1'];
    expect(await user.muster(args)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('web-1 | 42%\n') });
    const request = gateway.callsOf('InvokeCommand')[0]!.message as InvokeCommandRequest;
    expect(request).toMatchObject({ commandId, parameters: '{"path":"/var"}', commandVersion: 1 });
    expect(request.timeout).toBeUndefined();
  });

  test('asks for nothing but the run when ids are given, so that who may only run can', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const { commandId } = addCommand(gateway.library, { commandName: 'disk' });
    for (const method of ['DescribeAutomationAgentStatus', 'DescribeCommands', 'DescribeInvocations']) {
      gateway.refusals.set(method, new Refusal('denied', 'UnauthorizedOperation.CamAuthFailed', 'no'));
    }
    const { stdout, exitCode } = await user.muster(['invoke', commandId, '-t', 'ins-00000000', '--detach']);
    expect({ id: /^inv-/.test(stdout), exitCode }).toEqual({ id: true, exitCode: 0 });
  });
});

describe('looking back', () => {
  test('ps, show, logs and cancel speak of the newest run as last', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2'));
    using user = home(gateway.url);
    gateway.onRun = (run) => {
      run.start('web-1');
      run.write('web-1', 'out\n');
      run.write('web-1', 'err\n', OutputStream.STDERR);
      run.end('web-1', { status: TaskStatus.FAILED, exitCode: 9 });
    };
    await user.muster(['run', 'x', '-t', 'web-*', '--command-name', 'nightly', '--detach']);
    const { invocationId } = gateway.runs[0]!.invocation;
    expect((await user.muster(['ps'])).stdout).toMatch(new RegExp(`${invocationId} +nightly +RUNNING +1/2, 1 failed`));
    const shown = (await user.muster(['show', 'last'])).stdout;
    expect(shown).toContain(`${invocationId}  RUNNING\n`);
    expect(shown).toMatch(/web-1 +ins-00000000 +FAILED +9 +0\.\ds +the script ended with exit code 9\n/);
    expect(shown).toMatch(/web-2 +ins-00000001 +PENDING +- +- +-\n/);

    expect(await user.muster(['logs', 'last'])).toMatchObject({
      stdout: 'web-1 | out\n',
      stderr: 'web-1 ! err\n',
      exitCode: 0,
    });
    expect((await user.muster(['logs', 'last', '--stream', 'stderr'])).stdout).toBe('');
    expect((await user.muster(['logs', 'last', '-t', 'web-2'])).stdout).toBe('');
    expect((await user.muster(['logs', 'last', '-t', 'db-1'])).exitCode).toBe(5);

    const following = user.start(['logs', invocationId, '-f', '-t', 'web-2']);
    gateway.runs[0]!.start('web-2');
    gateway.runs[0]!.write('web-2', 'late\n');
    await following.printed('late');
    const cancelled = await user.muster(['cancel', 'last', '-t', 'web-2']);
    expect(cancelled.stdout).toBe(`asked ${invocationId} to stop on 1 instance\n`);
    expect(await following.done).toMatchObject({ stdout: 'web-2 | late\n', exitCode: 0 });
    expect((await user.muster(['watch', 'last'])).exitCode).toBe(3);
  });

  test.each([
    ['last, when there is no run', ['show', 'last'], 'there is no run that you may see yet', 5],
    ['an unknown id', ['show', 'inv-zzzzzzzz'], 'no run `inv-zzzzzzzz` that you may see', 5],
    ['an unknown id to watch', ['watch', 'inv-zzzzzzzz'], 'no invocation `inv-zzzzzzzz`', 5],
    ['something else', ['logs', 'web-1'], '`web-1` is neither the id of a run', 1],
  ])('%s', async (_, args, words, code) => {
    await using gateway = await startFakeGateway([]);
    using user = home(gateway.url);
    const { stderr, exitCode } = await user.muster(args);
    expect({ exitCode, said: stderr.includes(words) }).toEqual({ exitCode: code, said: true });
  });
});
