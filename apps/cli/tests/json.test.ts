import { OutputStream, TaskStatus } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { expect, test } from 'vitest';
import { startFakeGateway } from './fake-gateway.ts';
import { fleet } from './fleet.ts';
import { home } from './muster.ts';

/** JSON Lines as objects. */
function parsed(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a run is JSON Lines, each with its kind', async () => {
  await using gateway = await startFakeGateway(fleet('web-1', '数据库'));
  using user = home(gateway.url);
  const started = user.start(['run', 'x', '-t', '*', '--json']);
  const run = await gateway.run();
  run.start('web-1');
  run.write('web-1', '你好，世界\n');
  run.write('web-1', Buffer.from([0xff, 0xfe]), OutputStream.STDERR);
  run.end('web-1');
  run.start('数据库');
  run.end('数据库', { status: TaskStatus.FAILED, exitCode: 7 });
  const { stdout, stderr, exitCode } = await started.done;
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  const lines = parsed(stdout);
  const of = (kind: string) => lines.filter((line) => line.kind === kind);
  const { invocationId } = run.invocation;

  expect(lines[0]).toMatchObject({
    kind: 'invocation',
    InvocationId: invocationId,
    InvocationSource: 'USER',
    Uin: '100001',
  });
  expect(of('task').at(0)).toMatchObject({ InstanceName: 'web-1', InvocationId: invocationId });
  const output = of('output').filter(({ Stream }) => Stream === 'STDOUT');
  expect(output.map(({ Text }) => Text).join('')).toBe('你好，世界\n');
  const bytes = Buffer.concat(output.map(({ Data }) => Buffer.from(Data as string, 'base64')));
  expect(bytes.toString()).toBe('你好，世界\n');
  expect(output.map(({ Offset }) => Offset)).toEqual(
    [...output.keys()].map((at) =>
      output.slice(0, at).reduce((sum, { Data }) => sum + Buffer.from(Data as string, 'base64').length, 0),
    ),
  );
  expect(of('output').filter(({ Stream }) => Stream === 'STDERR')).toEqual([
    {
      kind: 'output',
      InvocationTaskId: run.tasks[0]!.invocationTaskId,
      InstanceId: 'ins-00000000',
      InstanceName: 'web-1',
      Stream: 'STDERR',
      Offset: 0,
      Data: '//4=',
      Time: '2026-01-02T03:04:05.000Z',
    },
  ]);
  expect(of('result')).toMatchObject([
    { InstanceName: 'web-1', TaskStatus: 'SUCCESS', ExitCode: 0, DurationMs: expect.any(Number), ErrorInfo: '' },
    { InstanceName: '数据库', TaskStatus: 'FAILED', ExitCode: 7, ErrorInfo: 'the script ended with exit code 7' },
  ]);
  expect(lines.at(-1)).toEqual({
    kind: 'summary',
    InvocationId: invocationId,
    InvocationStatus: 'PARTIAL_FAILED',
    Total: 2,
    Succeeded: ['ins-00000000'],
    Failed: ['ins-00000001'],
    Cancelled: [],
    DurationMs: expect.any(Number),
    ExitCode: 2,
  });
});

test('lists and objects are one document with the names of the API', async () => {
  await using gateway = await startFakeGateway(fleet('web-1'));
  using user = home(gateway.url);
  gateway.onRun = (run) => run.succeed('fine\n');
  const json = async (...args: string[]) => JSON.parse((await user.muster([...args, '--json'])).stdout) as unknown;

  expect(await json('instance', 'list')).toEqual({
    TotalCount: 1,
    AutomationAgentSet: [
      {
        InstanceId: 'ins-00000000',
        Version: '0.1.0',
        LastHeartbeatTime: expect.stringMatching(/^\d{4}-.*Z$/),
        AgentStatus: 'Online',
        Environment: 'Linux',
        SupportFeatures: [],
        Tags: [],
        InstanceName: 'web-1',
        HostName: 'web-1',
        LocalIp: '10.0.0.7',
        CreatedTime: '2026-01-02T00:00:00.000Z',
        CloneNoticedTime: null,
        Refusals: [],
        HostVeto: '',
        SigningKeyIds: [],
      },
    ],
  });
  const { InvocationId } = (await json('run', 'x', '-t', 'web-1', '--detach')) as { InvocationId: string };
  expect(await json('ps')).toMatchObject({
    TotalCount: 1,
    InvocationSet: [{ InvocationId, InvocationStatus: 'SUCCESS' }],
  });
  expect(await json('show', 'last')).toMatchObject({
    InvocationId,
    EndTime: null,
    InvocationTaskSet: [{ TaskStatus: 'SUCCESS', TaskResult: { ExitCode: 0, Dropped: 0 } }],
  });
  expect(await json('logs', 'last')).toMatchObject({ kind: 'output', Text: 'fine\n', Offset: 0 });
  expect(await json('whoami')).toMatchObject({
    UserName: 'root',
    AccountId: '100001',
    Arn: 'qcs::cam::uin/100001:uin/100001',
  });
  expect(await json('cancel', 'last')).toEqual({ InvocationId });
});

test('a fault is one JSON document on standard error', async () => {
  await using gateway = await startFakeGateway(fleet('web-1'));
  using user = home(gateway.url);
  const range = new Refusal('invalid', 'InvalidParameterValue.Range', 'Timeout must be 1 to 86400 seconds, was 0', {
    field: 'Timeout',
  });
  gateway.refusals.set('RunCommand', range);
  const { stdout, stderr, exitCode } = await user.muster(['run', 'x', '-t', 'web-1', '--json']);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
  expect(JSON.parse(stderr)).toEqual({
    Error: {
      Code: 'InvalidParameterValue.Range',
      Message: 'Timeout must be 1 to 86400 seconds, was 0',
      Field: 'Timeout',
      Hint: 'set it with --timeout, such as 90s or 2h',
    },
  });
});
