import { OutputStream, type RunCommandRequest, TaskStatus } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { describe, expect, test } from 'vitest';
import { startFakeGateway } from './fake-gateway.ts';
import { fleet, offline } from './fleet.ts';
import { home } from './muster.ts';

describe('muster run', () => {
  test('prints every line with its machine, then a table and a summary, and ends with 0', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'database-1'));
    using user = home(gateway.url);
    gateway.onRun = (run) => run.succeed('up 3 days\nno line end');
    const { stdout, stderr, exitCode } = await user.muster(['run', 'uptime', '-t', 'web-1,database-1']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('web-1      | up 3 days\n');
    expect(stdout).toContain('database-1 | no line end\n');
    expect(stdout).toMatch(/INSTANCE +ID +STATUS +EXIT CODE +DURATION\n/);
    expect(stdout).toMatch(/web-1 +ins-00000000 +SUCCESS +0 +\d/);
    expect(stdout).toContain('Successful on 2 instances: database-1,web-1\n');
    expect(stdout).toMatch(/Ran on 2 instances in \d+\.\ds\n/);
    expect(stderr).toMatch(/^inv-\w{8} on 2 instances\n$/);
  });

  test("keeps a script's error output apart, tells why it failed, and ends with 2", async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2', 'web-3'));
    using user = home(gateway.url);
    gateway.onRun = (run) => {
      for (const name of ['web-1', 'web-2', 'web-3']) run.start(name);
      run.write('web-1', 'fine\n');
      run.end('web-1');
      run.write('web-2', 'warming up\ncat: /x: No such file\n', OutputStream.STDERR);
      run.end('web-2', { status: TaskStatus.FAILED, exitCode: 3 });
      run.end('web-3', { status: TaskStatus.START_FAILED, errorInfo: 'no user `nobody2`' });
    };
    const { stdout, stderr, exitCode } = await user.muster(['run', 'cat /x', '-t', 'web-*']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('web-2 ! cat: /x: No such file\n');
    expect(stdout).not.toContain('web-2 !');
    expect(stdout).toMatch(/web-2 .*FAILED +3 .*cat: \/x: No such file\n/);
    expect(stdout).toMatch(/web-3 .*START_FAILED +- .*no user `nobody2`\n/);
    expect(stdout).toContain('Failed on 2 instances: web-2,web-3\n');
  });

  test('sends what the options say', async () => {
    await using gateway = await startFakeGateway(fleet('web-1', 'web-2', 'db-1'));
    using user = home(gateway.url);
    gateway.onRun = (run) => run.succeed();
    const options = ['--user', 'app', '--cwd', '/srv', '--timeout', '1m30s', '--param', 'a=1', '--param', 'b=x=y'];
    const { exitCode } = await user.muster(
      ['run', '-', '--type', 'python', '-t', '{web,db}-*', '-t', '!web-2', ...options],
      {
        input: 'print("你好")\n',
      },
    );
    expect(exitCode).toBe(0);
    const request = gateway.callsOf('RunCommand')[0]!.message as RunCommandRequest;
    expect(Buffer.from(request.content).toString()).toBe('print("你好")\n');
    expect(request).toMatchObject({
      // by name: db-1, web-1
      instanceIds: ['ins-00000002', 'ins-00000000'],
      commandType: 4,
      username: 'app',
      workingDirectory: '/srv',
      timeout: 90,
      enableParameter: true,
      parameters: '{"a":"1","b":"x=y"}',
    });
    expect(request.clientToken).toMatch(/^.{20,64}$/);
  });

  test.each([
    ['without a selector', [], 'no instances chosen; say which with -t', 1],
    ['with only exclusions', ['-t', '!web-1'], 'only exclusions are chosen', 1],
    ['with a selector that matches nothing', ['-t', 'web-1,mail-*'], 'no instance matches `mail-*`', 5],
    ['with an unknown id', ['-t', 'ins-zzzzzzzz'], 'no instance matches `ins-zzzzzzzz`', 5],
  ])('runs nothing %s', async (_, args, words, code) => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const { stderr, stdout, exitCode } = await user.muster(['run', 'uptime', ...args]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: code });
    expect(stderr).toContain(words);
    expect(gateway.callsOf('RunCommand')).toEqual([]);
  });

  test('names machines that are offline, and says what can be done about them', async () => {
    const [one, two] = fleet('web-1', 'web-2');
    await using gateway = await startFakeGateway([one!, offline(two!)]);
    using user = home(gateway.url);
    gateway.onRun = (run) => run.succeed();
    const refused = await user.muster(['run', 'uptime', '-t', 'web-1,web-2']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      '1 of 2 instances offline: web-2 (last heard from 2h ago); --offline wait runs there when they come back',
    );
    expect(refused.stderr).toContain('[ResourceUnavailable.AgentStatusNotOnline]; --offline wait');
    const skipped = await user.muster(['run', 'uptime', '-t', 'web-1,web-2', '--offline', 'skip']);
    expect(skipped.stdout).toContain('Successful on 1 instance: web-1\n');
    expect(skipped.stderr).toContain('on 1 instance, 1 offline one skipped\n');
    const waited = await user.muster([
      'run',
      'uptime',
      '-t',
      'web-1,web-2',
      '--offline',
      'wait',
      '--offline-expiry',
      '2h',
    ]);
    expect(waited.stderr).toContain('on 2 instances, 1 of them offline\n');
    expect(gateway.callsOf('RunCommand').at(-1)!.message).toMatchObject({ offlinePolicy: 2, offlineExpiry: 7_200 });
    expect((await user.muster(['run', 'x', '-t', 'web-1', '--offline-expiry', '2h'])).stderr).toContain(
      '--offline-expiry goes with --offline wait',
    );
  });

  test('says which action on which resource was denied', async () => {
    await using gateway = await startFakeGateway(fleet('web-1'));
    using user = home(gateway.url);
    const resource = 'qcs::cvm:ap-guangzhou:100001:instance/ins-00000000';
    const details = { action: 'tat:RunCommand', resource };
    const reason = 'UnauthorizedOperation.CamAuthFailed';
    gateway.refusals.set('RunCommand', new Refusal('denied', reason, 'ana may not do this', details));
    const { stderr, exitCode } = await user.muster(['run', 'uptime', '-t', 'web-1']);
    expect(exitCode).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      `muster: ana may not do this: tat:RunCommand on ${resource} [${reason}]; ask for a policy that allows tat:RunCommand on ${resource}`,
    ]);
  });
});
