import { create } from '@bufbuild/protobuf';
import { LateResultSchema, OutputStream, type RetryInvocationRequest, TaskStatus } from '@muster/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { type Home, home } from './muster.ts';

let gateway: FakeGateway;
let user: Home;
beforeAll(async () => {
  gateway = await startFakeGateway(fleet('web-1', 'web-2', 'db-1'));
  user = home(gateway.url);
});
afterAll(async () => {
  user[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});
const muster = (...args: string[]) => user.muster(args);

/** A run that succeeds on web-1, fails on web-2 and is too slow on db-1. */
async function mixedRun(): Promise<string> {
  gateway.onRun = (run) => {
    for (const name of ['web-1', 'web-2', 'db-1']) run.start(name);
    run.write('web-1', 'one\ntwo\nthree\n');
    run.end('web-1');
    run.write('web-2', 'Error: no Space\n', OutputStream.STDERR);
    run.end('web-2', { status: TaskStatus.FAILED, exitCode: 1 });
    run.end('db-1', { status: TaskStatus.TIMEOUT });
  };
  await muster('run', 'x', '-t', 'web-1,web-2,db-1', '--detach');
  gateway.onRun = (run) => run.succeed('fine\n');
  return gateway.runs[0]!.invocation.invocationId;
}

describe('muster retry', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mixedRun();
  });
  const asked = () => gateway.callsOf('RetryInvocation').at(-1)!.message as RetryInvocationRequest;

  test('runs again where it did not succeed, and ends as the new run does', async () => {
    const { stdout, exitCode } = await muster('retry', 'last', '--failed');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Successful on 2 instances: db-1,web-2\n');
    expect(asked()).toMatchObject({ invocationId: parent, instanceIds: [], taskStatuses: [] });
    expect(asked().clientToken).not.toBe('');
    expect((await muster('show', 'last')).stdout).toMatch(new RegExp(`again of +${parent}\n`));
  });

  test('runs only where it ended as --status says, on what --on names', async () => {
    const { stdout } = await muster('retry', parent, '--status', 'timeout,failed', '--on', 'db-*', '--offline', 'skip');
    expect(stdout).toContain('Successful on 1 instance: db-1\n');
    expect(asked()).toMatchObject({
      instanceIds: ['ins-00000002'],
      taskStatuses: [TaskStatus.TIMEOUT, TaskStatus.FAILED],
      offlinePolicy: 3,
    });
  });

  test.each([
    ['where all is well', ['--on', 'web-1'], 'has nothing to retry on those instances', 5],
    ['on a machine that was not there', ['--on', 'mail-1'], 'no instance of this run matches `mail-1`', 5],
    ['with a status that is none', ['--status', 'bad'], '`BAD` is no status to retry', 1],
    ['with --failed beside --status', ['--failed', '--status', 'failed'], '--failed means every status', 1],
  ])('does nothing %s', async (_, args, words, code) => {
    const before = gateway.runs.length;
    const { stderr, exitCode } = await muster('retry', parent, ...args);
    expect({ exitCode, said: stderr.includes(words) }).toEqual({ exitCode: code, said: true });
    expect(gateway.runs).toHaveLength(before);
  });
});

describe('muster logs', () => {
  beforeAll(mixedRun);
  const ids = () => gateway.runs.find(({ tasks }) => tasks.length === 3)!.invocation.invocationId;

  test.each([
    ['the last lines', ['--tail', '2'], 'web-1 | two\nweb-1 | three\n', 'web-2 ! Error: no Space\n'],
    ['more lines than there are', ['--tail', '99', '-t', 'web-1'], 'web-1 | one\nweb-1 | two\nweb-1 | three\n', ''],
    ['some bytes', ['--range', '2:9', '-t', 'web-1'], 'web-1 | e\nweb-1 | two\nweb-1 | t\n', ''],
    ['bytes to the end', ['--range', '8:', '-t', 'web-1'], 'web-1 | three\n', ''],
    ['one of the outputs', ['--stream', 'stdout'], 'web-1 | one\nweb-1 | two\nweb-1 | three\n', ''],
    ['the last lines, followed', ['-f', '--tail', '1'], 'web-1 | three\n', 'web-2 ! Error: no Space\n'],
  ])('prints %s', async (_, args, stdout, stderr) => {
    expect(await muster('logs', ids(), ...args)).toEqual({ stdout, stderr, exitCode: 0 });
  });

  test('puts the time before each line', async () => {
    const { stdout } = await muster('logs', ids(), '--timestamps', '-t', 'web-1', '--tail', '1');
    expect(stdout).toBe('2026-01-02T03:04:05.000Z web-1 | three\n');
  });

  test.each([
    ['--range with --follow', ['--range', '0:1', '-f'], '--range goes neither with --follow'],
    ['--raw with --timestamps', ['--raw', '--timestamps'], '--raw leaves no place'],
    ['a range that holds nothing', ['--range', '5:5'], 'It must be such as 0:1024'],
    ['an output that there is not', ['--stream', 'both'], 'It must be stdout or stderr'],
  ])('refuses %s', async (_, args, words) => {
    expect(await muster('logs', ids(), ...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
  });
});

describe('muster search', () => {
  test('finds lines of every instance, or of one task, and says that there is none', async () => {
    const run = await mixedRun();
    expect(await muster('search', run, 'o')).toMatchObject({
      exitCode: 0,
      stdout: 'web-1 1 | one\nweb-1 2 | two\nweb-2 1 ! Error: no Space\n',
    });
    const task = gateway.runs[0]!.tasks.find(({ instanceName }) => instanceName === 'web-1')!.invocationTaskId;
    expect((await muster('search', task, 'O', '-i', '--stream', 'stdout')).stdout).toBe(
      'web-1 1 | one\nweb-1 2 | two\n',
    );
    expect(await muster('search', run, 'nowhere')).toMatchObject({
      exitCode: 5,
      stderr: 'muster: no line holds `nowhere`; try -i\n',
    });
  });

  test('prints JSON Lines, and says when there may be more', async () => {
    const run = await mixedRun();
    const { stdout } = await muster('search', run, 'space', '-i', '--json');
    const line = { Stream: 'STDERR', LineNumber: 1, InstanceName: 'web-2', Line: expect.any(String), Time: null };
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'hit', ...line });
    expect((await muster('search', run, 'o', '-n', '1')).stderr).toBe('stopped at 1; more with --limit\n');
  });
});

test('muster tasks lists what ran where, and muster ps what a run was repeated as', async () => {
  const run = await mixedRun();
  const { stdout } = await muster('tasks', '-t', 'web-2', '--status', 'failed', '-n', '1');
  expect(stdout).toMatch(new RegExp(`\\ninvt-\\w+ +${run} +web-2 +unnamed +FAILED .* exit code 1\\n$`));
  expect(gateway.callsOf('DescribeInvocationTasks').at(-1)!.message).toMatchObject({
    filters: [
      { name: 'instance-id', values: ['ins-00000001'] },
      { name: 'task-status', values: ['FAILED'] },
    ],
  });
  await muster('retry', run, '--detach');
  await muster('ps', '--again-of', run, '--status', 'success');
  expect(gateway.callsOf('DescribeInvocations').at(-1)!.message).toMatchObject({
    filters: [
      { name: 'invocation-status', values: ['SUCCESS'] },
      { name: 'parent-invocation-id', values: [run] },
    ],
  });
});

test('muster show takes statuses and instances', async () => {
  const run = await mixedRun();
  const { stdout } = await muster('show', run, '--status', 'failed,timeout', '-t', 'web-*');
  expect(stdout).toMatch(/web-2 +ins-00000001 +FAILED/);
  expect(stdout).not.toMatch(/web-1|db-1/);
});

test('muster show says where full outputs are, and why some are not', async () => {
  gateway.onRun = (run) => {
    run.succeed();
    const [one, other] = run.tasks;
    one!.taskResult!.outputUrl = 'https://logs-125.cos.ap-guangzhou.myqcloud.com/a/inv-1/invt-1.log';
    other!.taskResult!.outputUploadCosErrorInfo = 'the storage answered 403 AccessDenied';
  };
  await muster('run', 'x', '-t', 'web-1,web-2', '--output-bucket', 'https://logs-125.cos.ap-guangzhou.myqcloud.com');
  const { stdout } = await muster('show', 'last');
  expect(stdout).toMatch(/web-1 +https:\/\/logs-125\.cos\.ap-guangzhou\.myqcloud\.com\/a\/inv-1\/invt-1\.log\n/);
  expect(stdout).toMatch(/web-2 +not uploaded: the storage answered 403 AccessDenied\n/);
});

test('muster show says what a machine told after its task was given up', async () => {
  gateway.onRun = (run) => {
    run.succeed();
    const [one] = run.tasks;
    run.end('web-1', { status: TaskStatus.TASK_TIMEOUT, exitCode: -1, errorInfo: 'nothing was heard of it' });
    one!.lateResult = create(LateResultSchema, { taskStatus: TaskStatus.SUCCESS, exitCode: 0 });
  };
  await muster('run', 'x', '-t', 'web-1,web-2');
  const { stdout } = await muster('show', 'last');
  expect(stdout).toMatch(/web-1 .*nothing was heard of it; told too late: SUCCESS, exit code 0\n/);
});

test('what failed on many machines is grouped, and nobody reads a thousand names', async () => {
  const names = Array.from({ length: 300 }, (_, at) => `node-${at}`);
  await using large = await startFakeGateway(fleet(...names));
  using someone = home(large.url);
  large.onRun = (run) => {
    for (const [at, name] of names.entries()) {
      if (at < 100) run.end(name);
      else run.end(name, { status: TaskStatus.FAILED, exitCode: 1, errorInfo: `no space on device ${at}` });
    }
  };
  const { stdout, stderr, exitCode } = await someone.muster(['run', 'x', '--all']);
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(
    /INSTANCES +STATUS +EXIT CODE +SUCH AS +REASON\n200 +FAILED +1 +node-\d+ +no space on device \d+\n/,
  );
  expect(stdout).toContain('100 instances that succeeded left out\n');
  expect(stdout).toContain('Failed on 200 instances\n');
  expect(stdout.split('\n').length).toBeLessThan(15);
  expect(stderr.split('\n').length).toBeLessThan(60);
});
