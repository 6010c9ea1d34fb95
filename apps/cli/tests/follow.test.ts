import { OutputStream, TaskStatus } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { describe, expect, test } from 'vitest';
import { startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { home } from './muster.ts';

const byText = (one: string, other: string) => one.localeCompare(other);

describe('following a run', () => {
  test('shows lines while the script still runs', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const started = user.start(['run', './slow', '-t', 'web-1']);
    const run = await gateway.run();
    run.start('web-1');
    run.write('web-1', 'first\nsecond');
    await started.printed('web-1 | first\n');
    run.write('web-1', ' half\n');
    await started.printed('web-1 | second half\n');
    run.end('web-1');
    expect((await started.done).exitCode).toBe(0);
  });

  test('the first Ctrl-C leaves the run to itself and says how to come back', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const started = user.start(['run', './slow', '-t', 'web-1']);
    const run = await gateway.run();
    run.start('web-1');
    run.write('web-1', 'first\n');
    await started.printed('first');
    started.child.kill('SIGINT');
    const { stderr, exitCode } = await started.done;
    expect(exitCode).toBe(4);
    const { invocationId } = run.invocation;
    expect(stderr).toContain(`${invocationId} goes on; come back with: muster watch ${invocationId}\n`);
    expect(gateway.callsOf('CancelInvocation')).toEqual([]);

    const back = user.start(['watch', invocationId]);
    await back.printed('first');
    run.end('web-1');
    expect(await back.done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Successful on 1 instance') });
  });

  test('a second Ctrl-C cancels the run, and its end is still shown', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2'));
    using user = home(gateway.url);
    const started = user.start(['run', './slow', '-t', 'web-*']);
    const run = await gateway.run();
    run.start('web-1');
    run.write('web-1', 'first\n');
    await started.printed('first');
    started.child.kill('SIGINT');
    await started.printed('Ctrl-C again');
    started.child.kill('SIGINT');
    const { stdout, exitCode } = await started.done;
    expect(exitCode).toBe(3);
    expect(gateway.callsOf('CancelInvocation')).toMatchObject([
      { message: { invocationId: run.invocation.invocationId } },
    ]);
    expect(stdout).toMatch(/web-1 .*TERMINATED/);
    expect(stdout).toContain('Cancelled on 2 instances: web-1,web-2\n');
  });

  test('a cancel that is refused is said, and the run is left to itself', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    gateway.refusals.set('CancelInvocation', new Refusal('denied', 'UnauthorizedOperation.CamAuthFailed', 'not yours'));
    const started = user.start(['run', './slow', '-t', 'web-1']);
    (await gateway.run()).start('web-1');
    await started.printed('on 1 instance');
    started.child.kill('SIGINT');
    await started.printed('Ctrl-C again');
    started.child.kill('SIGINT');
    const { stderr, exitCode } = await started.done;
    expect({ exitCode, denied: stderr.includes('not yours [UnauthorizedOperation.CamAuthFailed]') }).toEqual({
      exitCode: 4,
      denied: true,
    });
  });

  test('SIGTERM leaves the run to itself', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const started = user.start(['run', './slow', '-t', 'web-1']);
    const run = await gateway.run();
    run.start('web-1');
    run.write('web-1', 'no end');
    await started.printed('on 1 instance');
    started.child.kill('SIGTERM');
    expect(await started.done).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('muster watch inv-') });
  });

  test('a broken watch goes on where it stopped, without a gap or a repeat', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2'));
    using user = home(gateway.url);
    const started = user.start(['run', './slow', '-t', 'web-*']);
    const run = await gateway.run();
    run.start('web-1');
    run.start('web-2');
    const lines: string[] = [];
    for (let round = 0; round < 4; round++) {
      for (const name of ['web-1', 'web-2']) {
        run.write(name, `${name} round ${round} 你好\n`);
        lines.push(`${name} | ${name} round ${round} 你好`);
      }
      run.write('web-2', `warning ${round}\n`, OutputStream.STDERR);
      await started.printed(`web-2 round ${round} 你好\n`);
      gateway.dropConnections();
      run.write('web-1', `while away ${round}\n`);
      lines.push(`web-1 | while away ${round}`);
      await started.printed(`while away ${round}\n`);
    }
    run.end('web-1');
    gateway.dropConnections();
    run.end('web-2');
    const { stdout, stderr, exitCode } = await started.done;
    expect(exitCode).toBe(0);
    expect(
      stdout
        .split('\n')
        .filter((line) => line.includes(' | '))
        .toSorted(byText),
    ).toEqual(lines.toSorted(byText));
    expect(stderr.match(/web-2 ! warning/g)).toHaveLength(4);
    expect(stderr).toContain('connection lost');
    expect(stderr).toContain('connection is back');
  });

  test('a token that ends in the middle is replaced', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const started = user.start(['run', './slow', '-t', 'web-1']);
    const run = await gateway.run();
    run.start('web-1');
    run.write('web-1', 'first\n');
    await started.printed('first');
    gateway.tokens.clear();
    gateway.dropConnections();
    run.write('web-1', 'second\n');
    await started.printed('second');
    run.end('web-1');
    expect((await started.done).exitCode).toBe(0);
    expect(gateway.callsOf('ExchangeAccessKey')).toHaveLength(2);
  });

  test('--wait-timeout stops waiting with 4', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const { stderr, exitCode } = await user.muster(['run', './slow', '-t', 'web-1', '--wait-timeout', '1s']);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/Waited 1\.0s: inv-\w+ goes on; come back with: muster watch inv-/);
  });

  test('whoever may run and not read is told that it runs', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const denied = new Refusal('denied', 'UnauthorizedOperation.CamAuthFailed', 'you may not', {
      action: 'tat:DescribeInvocationTasks',
      resource: 'qcs::cvm:ap-guangzhou:100001:instance/ins-00000000',
    });
    gateway.refusals.set('DescribeAutomationAgentStatus', denied);
    gateway.refusals.set('WatchInvocation', denied);
    const watched = await user.muster(['run', 'true', '-t', 'ins-00000000']);
    expect(watched.exitCode).toBe(1);
    expect(watched.stderr).toMatch(
      /inv-\w{8} has started, but you may not see what comes of it: .*DescribeInvocationTasks/,
    );
    const detached = await user.muster(['run', 'true', '-t', 'ins-00000000', '--detach']);
    expect(detached).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^inv-\w{8}\n$/) });
  });

  test('a request whose answer was lost is sent again and runs once', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    let lost = false;
    gateway.onRun = (run) => {
      lost = true;
      gateway.dropConnections();
      run.succeed();
    };
    const { exitCode } = await user.muster(['run', 'true', '-t', 'web-1']);
    expect({ exitCode, lost }).toEqual({ exitCode: 0, lost: true });
    expect(gateway.callsOf('RunCommand')).toHaveLength(2);
    expect(gateway.runs).toHaveLength(1);
  });

  test('a run of one machine that failed says why in its table only', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    gateway.onRun = (run) => {
      run.start('web-1');
      run.end('web-1', { status: TaskStatus.TIMEOUT, exitCode: -1 });
    };
    const { stdout, stderr, exitCode } = await user.muster(['run', 'sleep 99', '-t', 'web-1']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/web-1 .*TIMEOUT +-1 .*ran longer than its limit of 60s/);
    expect(stderr).toMatch(/^inv-\w+ on 1 instance\n$/);
  });
});
