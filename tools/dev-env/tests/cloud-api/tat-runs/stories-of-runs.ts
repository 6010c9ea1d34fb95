import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskStatus } from '@muster/contract';
import { expect, it } from 'vitest';
import { codeOf } from '../sdk.ts';
import { afresh, filters } from './refusals.ts';
import { dryRun, JUST_GOOD } from './running-refusals.ts';
import { type Every, type Invocation, type InvocationTask, TIME } from './shown.ts';
import { BACKLOG, base64, COMMAND_QUOTA, type World } from './world.ts';

const TASK_ID = expect.stringMatching(/^invt-[a-z0-9]{8}$/);

type TaskResult = NonNullable<InvocationTask['TaskResult']>;

/** What the SDK shows of runs, from their start to their end. */
export function runStories(world: () => World): void {
  const run = async (script: string, given: object = {}) => {
    const { tat, online } = world();
    const where = { InstanceIds: [online[0]], WorkingDirectory: '/tmp' };
    const { InvocationId } = await tat.RunCommand({ Content: base64(script), ...where, ...given });
    return InvocationId!;
  };
  const invocationOf = async (invocationId: string): Promise<Invocation> => {
    const { InvocationSet } = await world().tat.DescribeInvocations({ InvocationIds: [invocationId] });
    return InvocationSet![0]!;
  };
  const tasksOf = async (invocationId: string, given: object = {}): Promise<InvocationTask[]> => {
    const request = { ...filters(['invocation-id', invocationId]), ...given };
    const { InvocationTaskSet } = await world().tat.DescribeInvocationTasks(request);
    // tasks of one run are as old as each other
    const place = ({ InstanceId }: InvocationTask) => world().online.indexOf(InstanceId!);
    return InvocationTaskSet!.toSorted((one, other) => place(one) - place(other));
  };
  const endsOf = async (id: string) => {
    const { InvocationStatus } = await invocationOf(id);
    const tasks = await tasksOf(id);
    return [InvocationStatus, ...tasks.map(({ TaskStatus, TaskResult }) => [TaskStatus, TaskResult!.ExitCode])];
  };

  it('RunCommand runs a script; all that TAT says of it is said, while it runs and when it has ended', async () => {
    const { tat, online, fixture, until } = world();
    const goOn = join(fixture.folder, 'go-on');
    const script = `echo 你好; until [ -e ${goOn} ]; do sleep 0.02; done; exit 3`;
    const InstanceIds = [online[1], online[0]];
    const given = { Content: base64(script), CommandName: '问候', Description: 'says hello', Timeout: 50 };
    const made = await tat.RunCommand({ ...given, InstanceIds, WorkingDirectory: '/tmp' });
    const { InvocationId, CommandId } = made;
    expect(made).toMatchObject({
      CommandId: expect.stringMatching(/^cmd-[a-z0-9]{8}$/),
      InvocationId: expect.stringMatching(/^inv-[a-z0-9]{8}$/),
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const invocation = (InvocationStatus: string, TaskStatus: unknown, EndTime: unknown): Every<Invocation> => ({
      ...{ InvocationId, CommandId, CommandName: '问候', Description: 'says hello', InvocationStatus },
      InvocationTaskBasicInfoSet: InstanceIds.map((InstanceId) =>
        expect.objectContaining({ InvocationTaskId: TASK_ID, TaskStatus, InstanceId }),
      ),
      ...{ StartTime: TIME, EndTime, CreatedTime: TIME, UpdatedTime: TIME, Parameters: '', DefaultParameters: '' },
      ...{ InstanceKind: 'CVM', Username: 'root', InvocationSource: 'USER', CommandContent: base64(script) },
      ...{ CommandType: 'SHELL', Timeout: 50, WorkingDirectory: '/tmp' },
      ...{ OutputCOSBucketUrl: '', OutputCOSKeyPrefix: '' },
    });
    const task = (status: string, end: unknown, result: Partial<Every<TaskResult>>): Every<InvocationTask> => ({
      ...{ InvocationId, InvocationTaskId: TASK_ID, CommandId, TaskStatus: status, InstanceId: online[0] },
      TaskResult: expect.objectContaining({
        ...{ ExitCode: -1, Output: base64('你好\n'), ExecStartTime: TIME, ExecEndTime: end, Dropped: 0 },
        ...{ OutputUrl: '', OutputUploadCOSErrorInfo: '', ...result },
      } satisfies Every<TaskResult>),
      ...{ StartTime: TIME, EndTime: end, CreatedTime: TIME, UpdatedTime: TIME },
      CommandDocument: {
        ...{ Content: base64(script), CommandType: 'SHELL', Timeout: 50, WorkingDirectory: '/tmp', Username: 'root' },
        ...{ OutputCOSBucketUrl: '', OutputCOSKeyPrefix: '' },
      },
      ErrorInfo: end === null ? '' : expect.stringContaining('exit code 3'),
      ...{ InvocationSource: 'USER', CommandName: '问候' },
    });

    await until(InvocationId!, TaskStatus.RUNNING);
    const running = await invocationOf(InvocationId!);
    expect(running).toMatchObject(invocation('RUNNING', expect.any(String), null));
    await expect
      .poll(() => tasksOf(InvocationId!, { HideOutput: false }))
      .toMatchObject([task('RUNNING', null, {}), {}]);
    const hidden = { Output: '', Dropped: 0 };
    expect(await tasksOf(InvocationId!)).toMatchObject([task('RUNNING', null, hidden), {}]);

    writeFileSync(goOn, '');
    await until(InvocationId!);
    expect(await invocationOf(InvocationId!)).toMatchObject(invocation('FAILED', 'FAILED', TIME));
    const ended = await tasksOf(InvocationId!, { HideOutput: false });
    expect(ended).toMatchObject([task('FAILED', TIME, { ExitCode: 3 }), {}]);
  });

  it('shows 24 KB of an output, counts the rest, and puts all of it where it is asked to', async () => {
    const { bucket, until } = world();
    const given = { OutputCOSBucketUrl: bucket, OutputCOSKeyPrefix: '日志/web' };
    const id = await run('head -c 30000 /dev/zero | tr "\\0" x', given);
    await until(id);
    const [task] = await tasksOf(id, { HideOutput: false });
    const { Output, Dropped, OutputUrl, OutputUploadCOSErrorInfo } = task!.TaskResult!;
    expect({ kept: Buffer.from(Output!, 'base64').length, Dropped }).toEqual({ kept: 24_576, Dropped: 5_424 });
    const folder = `${bucket}/${encodeURIComponent('日志')}/web`;
    expect({ OutputUrl, OutputUploadCOSErrorInfo }).toEqual({
      OutputUrl: `${folder}/${id}/${task!.InvocationTaskId}.log`,
      OutputUploadCOSErrorInfo: '',
    });
    expect(await invocationOf(id)).toMatchObject(given);
    expect(task!.CommandDocument).toMatchObject(given);
  });

  it.each([
    ['true', {}, { run: 'SUCCESS', task: 'SUCCESS', ExitCode: 0, ErrorInfo: '' }],
    ['kill -9 $$', {}, { run: 'FAILED', task: 'FAILED', ExitCode: 137 }],
    ['sleep 60', { Timeout: 1 }, { run: 'TIMEOUT', task: 'TIMEOUT', ExitCode: -1 }],
    ['true', { Username: 'nobody-of-that-name' }, { run: 'FAILED', task: 'START_FAILED', ExitCode: -1 }],
  ])('tells how `%s` %j ends', async (script, given, end) => {
    const id = await run(script, given);
    await world().until(id);
    const [task] = await tasksOf(id);
    const { ExitCode } = task!.TaskResult!;
    const seen = { run: (await invocationOf(id)).InvocationStatus, task: task!.TaskStatus, ExitCode };
    expect({ ...seen, ErrorInfo: task!.ErrorInfo }).toEqual({ ErrorInfo: expect.stringMatching(/./), ...end });
  });

  it('replaces parameters once and exactly, and shows hidden ones nowhere', async () => {
    const Content = 'echo "{{who}} {{ who }} {{tat-hidden:key}}"; test {{tat-hidden:key}} = s3cret';
    const DefaultParameterConfs = [
      { ParameterName: 'who', ParameterValue: 'nobody', ParameterDescription: 'whom to greet' },
      { ParameterName: 'key', ParameterValue: 'none' },
    ];
    const Parameters = '{"who":"{{key}}","key":"s3cret"}';
    const id = await run(Content, { EnableParameter: true, DefaultParameterConfs, Parameters });
    await world().until(id);
    const [task] = await tasksOf(id, { HideOutput: false });
    expect(task!.TaskResult).toMatchObject({ ExitCode: 0, Output: base64('{{key}} {{ who }} ******\n') });
    const shown = 'echo "{{key}} {{ who }} ******"; test ****** = s3cret';
    expect(task!.CommandDocument!.Content).toBe(base64(shown));
    expect(await invocationOf(id)).toMatchObject({
      CommandContent: base64(Content),
      Parameters: '{"who":"{{key}}","key":"******"}',
      DefaultParameters: '{"who":"nobody","key":"******"}',
    });
  });

  it('InvokeCommand runs what is stored, with what the call gives over it', async () => {
    const { tat, online, withParameters, until } = world();
    const Parameters = '{"where":"there"}';
    const over = { Parameters, Timeout: 5, WorkingDirectory: '/var/tmp', OutputCOSKeyPrefix: 'mine' };
    const { InvocationId } = await tat.InvokeCommand({ CommandId: withParameters, InstanceIds: [...online], ...over });
    await until(InvocationId!);
    expect(await invocationOf(InvocationId!)).toMatchObject({
      ...{ ...over, CommandId: withParameters, CommandName: 'greet', Description: 'greets', Username: 'root' },
      ...{ DefaultParameters: '{"who":"you","key":"******"}', InvocationStatus: 'SUCCESS', InvocationSource: 'USER' },
    });
    const outputs = (await tasksOf(InvocationId!, { HideOutput: false })).map(({ TaskResult }) => TaskResult!.Output);
    expect(outputs).toEqual(online.map(() => base64('you in there ******\n')));
    const plain = await tat.InvokeCommand({ CommandId: withParameters, InstanceIds: [online[1]], Parameters });
    await until(plain.InvocationId!);
    expect(await invocationOf(plain.InvocationId!)).toMatchObject({ Timeout: 30, WorkingDirectory: '/tmp' });
  });

  it.each(JUST_GOOD)('RunCommand takes %s', async (_, request) => {
    const { tat } = world();
    expect(await tat.RunCommand({ ...dryRun(world()), ...request })).toMatchObject({ InvocationId: '', TaskCount: 1 });
  });

  it('a ClientToken makes the same call the same run, and another call with it is refused', async () => {
    const { tat, online, plain, until } = world();
    const again = afresh();
    const order = { CommandId: plain, InstanceIds: [online[0]], ...again };
    const [one, other] = [await tat.InvokeCommand(order), await tat.InvokeCommand(order)];
    expect(other.InvocationId).toBe(one.InvocationId);
    expect(await codeOf(tat.InvokeCommand({ ...order, Timeout: 7 }))).toBe('InvalidParameterValue');
    const InvocationId = one.InvocationId!;
    await until(InvocationId);
    const cancel = { InvocationId, ...afresh() };
    for (const _ of [1, 2]) await tat.CancelInvocation(cancel);
    expect(await codeOf(tat.CancelInvocation({ ...cancel, InstanceIds: [online[0]] }))).toBe('InvalidParameterValue');
    expect((await invocationOf(InvocationId)).InvocationStatus).toBe('SUCCESS');
  });

  it('SaveCommand keeps the command, as long as the account may have more', async () => {
    const { tat } = world();
    const Tags = [{ Key: 'team', Value: 'ops' }];
    const CommandSet = async (name: string) =>
      (await tat.DescribeCommands(filters(['command-name', name]))).CommandSet!;
    await world().until(await run('true', { CommandName: 'passing' }));
    expect(await CommandSet('passing')).toEqual([]);
    await world().until(await run('echo {{a}}', { CommandName: 'kept', SaveCommand: true, Timeout: 9, Tags }));
    expect(await CommandSet('kept')).toMatchObject([
      { Content: base64('echo {{a}}'), Timeout: 9, WorkingDirectory: '/tmp', CreatedBy: 'USER', Tags },
    ]);
    const { TotalCount } = await tat.DescribeCommands(filters(['created-by', 'USER']));
    for (let count = TotalCount!; count < COMMAND_QUOTA; count++) await run(`true ${count}`, { SaveCommand: true });
    expect(await codeOf(run('true', { SaveCommand: true }))).toBe('ResourceUnavailable.UserHasNoQuotaCode');
  });

  it('CancelInvocation ends what runs, and nothing that has ended', async () => {
    const { tat, online, until, fixture } = world();
    const started = join(fixture.folder, 'started');
    const InvocationId = await run(`echo started >> ${started}; sleep 60`, { InstanceIds: [...online] });
    await expect.poll(() => existsSync(started) && readFileSync(started, 'utf8')).toBe('started\n'.repeat(2));
    expect(await tat.CancelInvocation({ InvocationId, InstanceIds: [online[0]] })).toEqual({
      RequestId: expect.any(String),
    });
    await until(InvocationId, TaskStatus.TERMINATED);
    await tat.CancelInvocation({ InvocationId });
    await until(InvocationId);
    expect(await endsOf(InvocationId)).toEqual(['CANCELLED', ['TERMINATED', -1], ['TERMINATED', -1]]);

    await tat.CancelInvocation({ InvocationId: world().run });
    expect((await endsOf(world().run))[0]).toBe('SUCCESS');
  });

  it('CancelInvocation ends what waits for a machine that hangs; as long as too much waits, no more is taken', async () => {
    const { tat, online, fixture, plain } = world();
    const InstanceIds = [online[1]];
    const hanging = fixture.constellation.pids()['web-2']!;
    process.kill(hanging, 'SIGSTOP');
    try {
      const waiting: string[] = [];
      for (let count = 0; count < BACKLOG; count++) waiting.push(await run(`true ${count}`, { InstanceIds }));
      expect(await codeOf(run('true', { InstanceIds }))).toBe('ResourceUnavailable');
      expect(await codeOf(tat.InvokeCommand({ CommandId: plain, InstanceIds }))).toBe('ResourceUnavailable');
      for (const InvocationId of waiting) {
        await tat.CancelInvocation({ InvocationId, InstanceIds });
        expect(await endsOf(InvocationId)).toEqual(['CANCELLED', ['CANCELLED', -1]]);
      }
      const [task] = await tasksOf(waiting[0]!);
      expect(task).toMatchObject({ StartTime: null, EndTime: TIME, TaskResult: { ExecStartTime: null } });
    } finally {
      process.kill(hanging, 'SIGCONT');
    }
  });
}
