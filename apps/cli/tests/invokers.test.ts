import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type CreateInvokerRequest,
  InvocationStatus,
  InvokerOutcome,
  InvokerRecordSchema,
  type ModifyInvokerRequest,
} from '@muster/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addCommand } from './fake-commands.ts';
import { type FakeGateway, startFakeGateway } from './fake-gateway.ts';
import { addInvoker } from './fake-invokers.ts';
import { fleet } from './fleet.ts';
import { type Home, home } from './muster.ts';

let gateway: FakeGateway;
let user: Home;
let commandId: string;
beforeEach(async () => {
  gateway = await startFakeGateway(fleet('web-1', 'db-1'));
  user = home(gateway.url);
  ({ commandId } = addCommand(gateway.library, { commandName: 'disk' }));
});
afterEach(async () => {
  user[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});
const muster = (...args: string[]) => user.muster(args);
const CREATE = ['invoker', 'create', 'nightly', '--command', 'disk'];
const created = () => gateway.callsOf('CreateInvoker').at(-1)!.message as CreateInvokerRequest;
const modified = () => gateway.callsOf('ModifyInvoker').at(-1)!.message as ModifyInvokerRequest;

describe('muster invoker create', () => {
  test('sends what the options say', async () => {
    const { stdout, exitCode } = await muster(
      ...[
        ...CREATE,
        '--cron',
        '30 4 * * *',
        '--time-zone',
        'Europe/Berlin',
        '--overlap',
        'queue',
        '--missed',
        'run-one',
      ],
      ...['--missed-window', '2h', '--tag', 'role=web', '--offline', 'skip', '--param', 'path=/var', '--user', 'app'],
      ...['--command-version', '3', '--invoker-tag', 'team=ops'],
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^ivk-\w{8}\n$/) });
    expect(created()).toMatchObject({
      name: 'nightly',
      type: 'SCHEDULE',
      commandId,
      commandVersion: 3,
      instanceIds: [],
      selector: { all: false, names: [], tags: [{ key: 'role', values: ['web'] }] },
      offlinePolicy: 3,
      username: 'app',
      parameters: '{"path":"/var"}',
      scheduleSettings: {
        policy: 2,
        recurrence: '30 4 * * *',
        timeZone: 'Europe/Berlin',
        overlapPolicy: 3,
        missedRunPolicy: 2,
        missedRunWindow: 7_200,
      },
      tags: [{ key: 'team', value: 'ops' }],
      clientToken: expect.stringMatching(/^.{20,64}$/),
    });
  });

  test('takes names as ids, and one time with its zone', async () => {
    await muster(...CREATE, '--at', '2030-01-31T04:30:00+08:00', '-t', 'web-1');
    expect(created()).toMatchObject({
      instanceIds: ['ins-00000000'],
      scheduleSettings: { policy: 1, invokeTime: '2030-01-30T20:30:00+00:00' },
    });
    expect(created().selector).toBeUndefined();
  });

  test.each([
    ['no schedule', ['--all'], 'no schedule; say when with --cron'],
    [
      'two schedules',
      ['--all', '--cron', '* * * * *', '--at', '2030-01-31T04:30'],
      '--cron and --at are two schedules',
    ],
    ['no time', ['--all', '--at', 'tomorrow'], 'It must be such as 2026-01-31T04:30:00+08:00'],
    ['no machines', ['--cron', '* * * * *'], 'no instances chosen'],
    ['no command', ['--cron', '* * * * *', '--all', '--command', 'no'], 'no command `no`'],
  ])('refuses %s', async (_, args, words) => {
    const { stderr, exitCode } = await muster(...CREATE, ...args);
    expect({ failed: exitCode !== 0, said: stderr.includes(words) ? words : stderr }).toEqual({
      failed: true,
      said: words,
    });
    expect(gateway.callsOf('CreateInvoker')).toEqual([]);
  });
});

describe('an invoker', () => {
  beforeEach(async () => {
    await muster(
      ...CREATE,
      '--cron',
      '30 4 * * *',
      '--time-zone',
      'Europe/Berlin',
      '--overlap',
      'skip',
      '--name',
      'web-*',
    );
  });

  test('is listed and shown, with when it fires next', async () => {
    expect((await muster('invoker', 'list')).stdout).toMatch(
      new RegExp(`nightly +ivk-\\w+ +${commandId} +30 4 \\* \\* \\* Europe/Berlin +in 1d0h +web-\\*\n`),
    );
    const { stdout } = await muster('invoker', 'show', 'nightly');
    expect(stdout).toMatch(/when +30 4 \* \* \* Europe\/Berlin\nfires +yes\nnext +.* \(in 1d0h\)\nwhere +web-\*\n/);
    expect(stdout).toContain('slots that meet an earlier run are skipped');
    expect(JSON.parse((await muster('invoker', 'next', 'nightly', '--json')).stdout).NextInvokeTimes).toHaveLength(2);
    expect((await muster('invoker', 'next', 'nightly')).stdout).toMatch(/^.* \(in 1d0h\)\n.* \(in 2d0h\)\n$/);
    expect(JSON.parse((await muster('invoker', 'list', '--command', 'disk', '--json')).stdout).TotalCount).toBe(1);
  });

  test('is edited: what is not said stays', async () => {
    expect((await muster('invoker', 'edit', 'nightly', '--cron', '0 5 * * *')).exitCode).toBe(0);
    expect(modified()).toMatchObject({
      type: 'SCHEDULE',
      instanceIds: [],
      scheduleSettings: { recurrence: '0 5 * * *', timeZone: 'Europe/Berlin', overlapPolicy: 2 },
    });
    expect(modified().selector).toBeUndefined();
    await muster('invoker', 'edit', 'nightly', '--rename', 'early', '-t', 'db-1', '--latest-version', '--param', 'a=b');
    expect(modified()).toMatchObject({
      name: 'early',
      instanceIds: ['ins-00000001'],
      commandVersion: 0,
      parameters: '{"a":"b"}',
    });
    expect(modified().scheduleSettings).toBeUndefined();
    expect((await muster('invoker', 'edit', 'early')).stderr).toContain('nothing to change');
  });

  test('is disabled, enabled, tagged and deleted', async () => {
    expect((await muster('invoker', 'disable', 'nightly')).stdout).toMatch(/^disabled ivk-/);
    expect(await muster('invoker', 'next', 'nightly')).toMatchObject({
      exitCode: 5,
      stderr: 'muster: `nightly` will not fire; switch it on: muster invoker enable nightly\n',
    });
    expect((await muster('invoker', 'list')).stdout).toContain('disabled');
    expect((await muster('invoker', 'enable', 'nightly')).stdout).toMatch(/^enabled ivk-/);
    await muster('invoker', 'tag', 'nightly', 'team=ops', 'stage=prod');
    await muster('invoker', 'untag', 'nightly', 'stage');
    expect((await muster('invoker', 'list', '--tag', 'team=ops')).stdout).toContain('nightly');
    expect((await muster('invoker', 'delete', 'nightly')).stdout).toMatch(/^deleted ivk-/);
    expect(await muster('invoker', 'show', 'nightly')).toMatchObject({
      exitCode: 5,
      stderr: 'muster: no invoker `nightly`; `muster invoker list` shows yours\n',
    });
  });

  test('is named by id when two have its name', async () => {
    addInvoker(gateway, { name: 'nightly' });
    const { exitCode, stderr } = await muster('invoker', 'disable', 'nightly');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^muster: 2 invokers are called `nightly`; say which: ivk-\w{8}, ivk-\w{8}\n$/);
  });

  test('has records of every slot', async () => {
    const { invokerId } = gateway.invokers[0]!;
    const at = (minutes: number) => timestampFromMs(Date.now() - minutes * 60_000);
    gateway.records.push(
      create(InvokerRecordSchema, {
        ...{ invokerId, scheduledTime: at(60), outcome: InvokerOutcome.STARTED },
        ...{ invocationId: 'inv-00000001', result: InvocationStatus.SUCCESS },
      }),
      create(InvokerRecordSchema, {
        ...{ invokerId, scheduledTime: at(120), outcome: InvokerOutcome.MISSED, reason: 'nobody was there' },
      }),
    );
    const { stdout } = await muster('invoker', 'records', 'nightly');
    expect(stdout).toMatch(/\(1h ago\) +STARTED +inv-00000001 +SUCCESS +-\n/);
    expect(stdout).toMatch(/\(2h ago\) +MISSED +- +- +nobody was there\n/);
    expect((await muster('invoker', 'records', '-n', '1')).stderr).toContain('1 of 2; more with --limit');
  });
});
