import { type MessageInitShape, create as message } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  InstanceKind,
  InvokerOutcome,
  ModifyInvokerRequestSchema,
  OfflinePolicy,
  OverlapPolicy,
  SchedulePolicy,
} from '@muster/contract';
import { ACCOUNT_UIN, USER_UIN } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeAgent, Machine } from '../../tests/fake-agent.ts';
import {
  EVERY_MINUTE,
  goTo,
  HOURLY,
  invokerOf,
  invokersOf,
  makeInvoker,
  nextOf,
  saveCommand,
  untilRecord,
} from '../../tests/invokers.ts';
import { refusalOf } from '../../tests/machines-fixture.ts';
import { bytes, type Fixture, finish, startFixture, startOn } from '../../tests/runs-fixture.ts';

type Change = MessageInitShape<typeof ModifyInvokerRequestSchema>;

let service: Fixture;
let agent: FakeAgent;
let other: FakeAgent;
let lighthouse: FakeAgent;
let silent: Machine;
/** Made by root; runs a command that takes `who` and hides `key`. */
let invokerId: string;
beforeAll(async () => {
  service = await startFixture();
  [agent, other, lighthouse] = [
    await service.agent(),
    await service.agent(),
    await service.agent(InstanceKind.LIGHTHOUSE),
  ];
  silent = await service.machine();
});
afterAll(() => service[Symbol.asyncDispose]());
beforeEach(async () => {
  const commandId = saveCommand(service, { content: bytes('{{who}} {{tat-hidden:key}}'), enableParameter: true });
  invokerId = await makeInvoker(service, [agent], { commandId, parameters: '{"who":"me","key":"s3cret"}' });
  service.iam.questions.length = 0;
});
afterEach(async () => {
  service.iam.decide = () => true;
  await invokersOf(service).deleteInvoker({ invokerId });
});

const modify = (change: Change, credential = 'root') =>
  invokersOf(service, credential).modifyInvoker(
    message(ModifyInvokerRequestSchema, { invokerId, ...change } as Change),
  );
const now = () => invokerOf(service, invokerId);

/** Lets it fire; gives what the machine is told to run. */
async function fired(on = agent): Promise<string> {
  const slot = await nextOf(service, invokerId);
  goTo(service, slot);
  await untilRecord(service, invokerId, { slot, outcome: InvokerOutcome.STARTED });
  const task = await startOn(on);
  await finish(on, task);
  return new TextDecoder().decode(task.content);
}

describe('ModifyInvoker', () => {
  it('changes what it is given, and leaves the rest', async () => {
    const before = await now();
    const commandId = saveCommand(service, { content: bytes('{{who}}'), enableParameter: true });
    await modify({ name: 'renamed', username: 'www', commandId, parameters: '{"who":"you"}', commandVersion: 1 });
    const after = await now();
    expect(after).toMatchObject({
      ...{ name: 'renamed', username: 'www', commandId, parameters: '{"who":"you"}', commandVersion: 1 },
      ...{ instanceIds: [agent.instanceId], enable: true, createdUin: ACCOUNT_UIN },
    });
    expect(after.scheduleSettings).toEqual(before.scheduleSettings);
    expect(timestampMs(after.updatedTime!)).toBeGreaterThanOrEqual(timestampMs(before.updatedTime!));
    await modify({ instanceIds: [other.instanceId], offlinePolicy: OfflinePolicy.SKIP });
    expect(await now()).toMatchObject({ instanceIds: [other.instanceId], offlinePolicy: OfflinePolicy.SKIP });
    expect(await fired(other)).toBe('you');
    await modify({ selector: { all: true } });
    expect(await now()).toMatchObject({ instanceIds: [], selector: { all: true }, username: 'www' });
    await modify({ instanceIds: [agent.instanceId], username: '' });
    const last = await now();
    expect(last).toMatchObject({ instanceIds: [agent.instanceId], username: '', name: 'renamed' });
    expect(last.selector).toBeUndefined();
  });

  it('plans anew with another schedule, and not while it is switched off', async () => {
    await modify({ type: 'SCHEDULE', scheduleSettings: { ...EVERY_MINUTE, overlapPolicy: OverlapPolicy.SKIP } });
    const changed = await now();
    expect(changed.scheduleSettings).toMatchObject({ recurrence: '* * * * *', overlapPolicy: OverlapPolicy.SKIP });
    const [first, second] = changed.nextInvokeTimes.map(timestampMs);
    expect(second! - first!).toBe(60_000);
    await invokersOf(service).disableInvoker({ invokerId });
    await modify({ scheduleSettings: { policy: SchedulePolicy.ONCE, invokeTime: '2099-01-01T00:00:00Z' } });
    expect(await now()).toMatchObject({ enable: false, nextInvokeTimes: [] });
    await invokersOf(service).enableInvoker({ invokerId });
    expect((await now()).scheduleSettings).toMatchObject({ invokeTime: '2099-01-01T00:00:00Z', recurrence: '' });
  });

  it('takes back what answers show: the next time, and hidden values that stay as they are', async () => {
    const { parameters, scheduleSettings, name, username } = await now();
    expect(parameters).toBe('{"who":"me","key":"******"}');
    await modify({ name, username, parameters: parameters.replace('me', 'you'), scheduleSettings });
    expect((await now()).parameters).toBe('{"who":"you","key":"******"}');
    expect(await fired()).toBe('you s3cret');
  });

  it('keeps hidden values for no other command: whoever changes it may not have known them', async () => {
    const content = bytes('send {{tat-hidden:key}} away');
    const commandId = saveCommand(service, { content, enableParameter: true });
    expect(await refusalOf(modify({ commandId }))).toMatchObject({
      reason: 'InvalidParameterValue',
      details: { field: 'Parameters' },
    });
    const sent = { commandId, parameters: '{"key":"******"}' };
    expect(await refusalOf(modify(sent))).toMatchObject({ reason: 'InvalidParameterValue' });
    await modify({ commandId, parameters: '{"key":"another"}' });
    expect(await fired()).toBe('send another away');
  });

  // AuthFailure, ID and InconsistentID as for CreateInvoker; InternalError is for faults
  it.each<[string, () => Change, string]>([
    ['no invoker', () => ({ invokerId: '' }), 'MissingParameter'],
    ['a malformed invoker', () => ({ invokerId: 'ivk-x' }), 'InvalidParameterValue.InvalidInvokerId'],
    ['an unknown invoker', () => ({ invokerId: 'ivk-zzzzzzzz' }), 'ResourceNotFound'],
    ['an empty name', () => ({ name: '' }), 'MissingParameter'],
    ['a name of 121 characters', () => ({ name: 'é'.repeat(121) }), 'InvalidParameterValue.TooLong'],
    ['a type without its schedule', () => ({ type: 'SCHEDULE' }), 'MissingParameter'],
    ['another type', () => ({ type: 'EVENT', scheduleSettings: HOURLY }), 'InvalidParameter'],
    ['a malformed command', () => ({ commandId: 'x' }), 'InvalidParameterValue.InvalidCommandId'],
    ['an unknown command', () => ({ commandId: 'cmd-zzzzzzzz', parameters: '' }), 'ResourceNotFound.CommandNotFound'],
    ['a user of 257 characters', () => ({ username: 'é'.repeat(257) }), 'InvalidParameterValue.TooLong'],
    ['a user that cannot be', () => ({ username: 'a:b' }), 'InvalidParameter.InvalidUsername'],
    [
      '101 machines',
      () => ({ instanceIds: Array.from({ length: 101 }, () => agent.instanceId) }),
      'InvalidParameterValue.LimitExceeded',
    ],
    ['a malformed machine', () => ({ instanceIds: ['x'] }), 'InvalidParameterValue.InvalidInstanceId'],
    ['an unknown machine', () => ({ instanceIds: ['ins-zzzzzzzz'] }), 'ResourceNotFound.InstanceNotFound'],
    [
      'machines of two kinds',
      () => ({ instanceIds: [agent.instanceId, lighthouse.instanceId] }),
      'InvalidParameterValue.InconsistentInstance',
    ],
    [
      'a machine that never spoke',
      () => ({ instanceIds: [silent.instanceId] }),
      'ResourceUnavailable.AgentNotInstalled',
    ],
    [
      'machines and a selector',
      () => ({ instanceIds: [agent.instanceId], selector: { all: true } }),
      'InvalidParameter.ConflictParameter',
    ],
    ['what is no JSON', () => ({ parameters: '{' }), 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ['too few parameters', () => ({ parameters: '{"who":"me"}' }), 'InvalidParameterValue.LackOfParameterInfo'],
    [
      'parameters for a command without',
      () => ({ commandId: saveCommand(service), parameters: '{"who":"me"}' }),
      'InvalidParameterValue.ParameterDisabled',
    ],
    [
      'a bad crontab line',
      () => ({ scheduleSettings: { ...HOURLY, recurrence: '@daily' } }),
      'InvalidParameterValue.InvalidCronExpression',
    ],
    [
      'a bad time',
      () => ({ scheduleSettings: { policy: SchedulePolicy.ONCE, invokeTime: 'soon' } }),
      'InvalidParameterValue.InvalidTimeFormat',
    ],
    [
      'a time that is over',
      () => ({ scheduleSettings: { policy: SchedulePolicy.ONCE, invokeTime: '2021-09-01T00:00:00+08:00' } }),
      'InvalidParameterValue.InvokeTimeExpired',
    ],
    [
      'a window that is too long',
      () => ({ scheduleSettings: { ...HOURLY, missedRunWindow: 604_801 } }),
      'InvalidParameterValue.Range',
    ],
    ['a token of 65 characters', () => ({ clientToken: 'x'.repeat(65) }), 'InvalidParameterValue.TooLong'],
  ])('refuses %s', async (_what, change, reason) => {
    const before = await now();
    expect(await refusalOf(modify(change()))).toMatchObject({ reason });
    expect(await now()).toEqual(before);
  });

  it('does not mind that machines are away: only when it is made they must be there', async () => {
    const away = await service.agent();
    await away[Symbol.asyncDispose]();
    await modify({ instanceIds: [away.instanceId] });
  });

  it('does it once for a client token', async () => {
    await modify({ name: 'first', clientToken: 'm1' });
    await modify({ name: 'second' });
    await modify({ name: 'first', clientToken: 'm1' });
    expect((await now()).name).toBe('second');
  });
});

describe('ModifyInvoker is decided', () => {
  it('on the invoker with its tags and maker, and as InvokeCommand for the caller when it changes what runs', async () => {
    await invokersOf(service).tagInvokers({ invokerIds: [invokerId], tags: [{ key: 'team', value: 'ops' }] });
    service.iam.questions.length = 0;
    await modify({ name: 'renamed', scheduleSettings: EVERY_MINUTE }, 'user');
    const onInvoker = {
      action: 'tat:ModifyInvoker',
      resources: [
        {
          resource: `qcs::tat:ap-guangzhou::invoker/${invokerId}`,
          tags: [{ key: 'team', value: 'ops' }],
          attributes: [{ key: 'qcs:create_uin', values: [ACCOUNT_UIN] }],
        },
      ],
    };
    expect(service.iam.questions).toMatchObject([onInvoker]);
    service.iam.questions.length = 0;
    await modify({ instanceIds: [other.instanceId] }, 'user');
    expect(service.iam.questions).toMatchObject([
      onInvoker,
      {
        action: 'tat:InvokeCommand',
        context: { credential: 'user' },
        resources: [
          { attributes: [{ key: 'qcs:create_uin', values: [USER_UIN] }] },
          { resource: `qcs::cvm:ap-guangzhou::instance/${other.instanceId}` },
        ],
      },
    ]);
    expect((await now()).createdUin).toBe(ACCOUNT_UIN);
  });

  it.each<[string, Change]>([
    ['machines', { selector: { all: true } }],
    ['command version', { commandVersion: 1 }],
    ['user', { username: 'root' }],
    ['parameters', { parameters: '{"who":"x","key":"y"}' }],
  ])('so that who may not invoke changes no %s', async (_what, change) => {
    service.iam.decide = (action) => action !== 'tat:InvokeCommand';
    const refusal = await refusalOf(modify(change, 'user'));
    expect(refusal).toMatchObject({ reason: 'UnauthorizedOperation.CamAuthFailed' });
    expect(refusal.details.action).toBe('tat:InvokeCommand');
  });

  it('and denied alike for an invoker that is not there', async () => {
    service.iam.decide = () => false;
    expect(await refusalOf(modify({ invokerId: 'ivk-zzzzzzzz' }))).toMatchObject({
      reason: 'UnauthorizedOperation.CamAuthFailed',
    });
  });

  it('and finds no invoker of another account', async () => {
    expect(await refusalOf(modify({ name: 'x' }, 'root@200000000001'))).toMatchObject({ reason: 'ResourceNotFound' });
  });
});
