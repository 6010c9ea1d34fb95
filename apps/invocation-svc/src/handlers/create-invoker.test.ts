import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  AgentStatus,
  type CreateInvokerRequestSchema,
  InstanceKind,
  MissedRunPolicy,
  OfflinePolicy,
  OverlapPolicy,
  SchedulePolicy,
} from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { eventually, USER_UIN } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent, Machine } from '../../tests/fake-agent.ts';
import { HOURLY, invokerOf, invokersOf, makeInvoker, order, saveCommand } from '../../tests/invokers.ts';
import { refusalOf } from '../../tests/machines-fixture.ts';
import { bytes, type Fixture, startFixture } from '../../tests/runs-fixture.ts';

type Request = MessageInitShape<typeof CreateInvokerRequestSchema>;

let service: Fixture;
let agent: FakeAgent;
let lighthouse: FakeAgent;
let silent: Machine;
let offline: FakeAgent;
/** Takes `who`, hides `key`. */
let withParameters: string;
beforeAll(async () => {
  service = await startFixture();
  [agent, lighthouse, offline] = [
    await service.agent(),
    await service.agent(InstanceKind.LIGHTHOUSE),
    await service.agent(),
  ];
  silent = await service.machine();
  await offline[Symbol.asyncDispose]();
  await eventually('offline', async () => {
    const { automationAgentSet } = await service.instances().describeAutomationAgentStatus({
      instanceIds: [offline.instanceId],
    });
    return automationAgentSet[0]!.agentStatus === AgentStatus.OFFLINE || undefined;
  });
  const content = bytes('{{who}} {{tat-hidden:key}}');
  withParameters = saveCommand(service, { content, enableParameter: true, defaultParameters: '{"key":"k"}' });
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
  service.iam.questions.length = 0;
});

const create = (init: Request, credential = 'root') =>
  invokersOf(service, credential).createInvoker({ ...order(service, [agent]), ...init } as Request);
const characters = (count: number) => 'é'.repeat(count);
const hourly = (init: object) => ({ scheduleSettings: { ...HOURLY, ...init } });
const once = (invokeTime: string) => ({ scheduleSettings: { policy: SchedulePolicy.ONCE, invokeTime } });

describe('CreateInvoker', () => {
  it('makes an enabled invoker of everything that it is given', async () => {
    const { invokerId } = await create(
      {
        ...{ name: 'nightly', commandId: withParameters, username: 'www', parameters: '{"who":"me","key":"s3cret"}' },
        ...{ tags: [{ key: 'team', value: 'ops' }], offlinePolicy: OfflinePolicy.SKIP, commandVersion: 1 },
        scheduleSettings: {
          ...{ policy: SchedulePolicy.RECURRENCE, recurrence: '30 2 * * *', timeZone: 'Europe/Berlin' },
          ...{ overlapPolicy: OverlapPolicy.QUEUE, missedRunPolicy: MissedRunPolicy.RUN_ONE, missedRunWindow: 60 },
        },
      },
      'user',
    );
    expect(invokerId).toMatch(/^ivk-[a-z0-9]{8}$/);
    const made = await invokerOf(service, invokerId);
    expect(made).toMatchObject({
      ...{ invokerId, name: 'nightly', type: 'SCHEDULE', commandId: withParameters, username: 'www', enable: true },
      ...{ parameters: '{"who":"me","key":"******"}', instanceIds: [agent.instanceId], commandVersion: 1 },
      ...{ tags: [{ key: 'team', value: 'ops' }], offlinePolicy: OfflinePolicy.SKIP, createdUin: USER_UIN },
      scheduleSettings: {
        ...{ policy: SchedulePolicy.RECURRENCE, recurrence: '30 2 * * *', timeZone: 'Europe/Berlin' },
        ...{ overlapPolicy: OverlapPolicy.QUEUE, missedRunPolicy: MissedRunPolicy.RUN_ONE, missedRunWindow: 60 },
      },
    });
    expect(made.nextInvokeTimes).toHaveLength(10);
    const [first] = made.nextInvokeTimes.map(timestampMs);
    expect(Date.parse(made.scheduleSettings!.invokeTime)).toBe(first);
    expect(first).toBeGreaterThan(Date.now());
    expect(made.createdTime).toEqual(made.updatedTime);
    expect(service.delegations.purposes.at(-1)).toBe(`invoker ${invokerId}`);
  });

  it('fires as in TAT when it is told no more: in Beijing’s time, overlapping, without making up for anything', async () => {
    const { invokerId } = await create({
      scheduleSettings: { policy: SchedulePolicy.RECURRENCE, recurrence: '0 0 1 * *' },
    });
    const made = await invokerOf(service, invokerId);
    expect(made.scheduleSettings).toMatchObject({
      ...{ timeZone: 'Asia/Shanghai', overlapPolicy: OverlapPolicy.ALLOW, missedRunPolicy: MissedRunPolicy.SKIP },
      missedRunWindow: 3_600,
    });
    // midnight in Beijing
    expect(made.scheduleSettings!.invokeTime).toMatch(/T16:00:00Z$/);
    expect(made).toMatchObject({ username: '', parameters: '', offlinePolicy: 0, commandVersion: 0, tags: [] });
  });

  // ID and InconsistentID cannot occur: the id's own code is given, and InconsistentInstance for kinds that are mixed.
  // InternalError is for faults; AuthFailure for who is unknown is the guard's, UnauthorizedOperation.CamAuthFailed is below.
  it.each<[string, () => Request, string]>([
    ['no name', () => ({ name: '' }), 'MissingParameter'],
    ['a name of 121 characters', () => ({ name: characters(121) }), 'InvalidParameterValue.TooLong'],
    ['no type', () => ({ type: '' }), 'MissingParameter'],
    ['another type', () => ({ type: 'EVENT' }), 'InvalidParameter'],
    ['no command', () => ({ commandId: '' }), 'MissingParameter'],
    ['a malformed command', () => ({ commandId: 'cmd-x' }), 'InvalidParameterValue.InvalidCommandId'],
    ['an unknown command', () => ({ commandId: 'cmd-zzzzzzzz' }), 'ResourceNotFound.CommandNotFound'],
    ['a user of 257 characters', () => ({ username: characters(257) }), 'InvalidParameterValue.TooLong'],
    ['a user that cannot be', () => ({ username: 'a:b' }), 'InvalidParameter.InvalidUsername'],
    ['no machines', () => ({ instanceIds: [] }), 'MissingParameter'],
    ['a malformed machine', () => ({ instanceIds: ['ins-x'] }), 'InvalidParameterValue.InvalidInstanceId'],
    ['an unknown machine', () => ({ instanceIds: ['ins-zzzzzzzz'] }), 'ResourceNotFound.InstanceNotFound'],
    [
      '101 machines',
      () => ({ instanceIds: Array.from({ length: 101 }, (_, index) => `ins-${String(index).padStart(8, '0')}`) }),
      'InvalidParameterValue.LimitExceeded',
    ],
    [
      'machines of two kinds',
      () => ({ instanceIds: [agent.instanceId, lighthouse.instanceId] }),
      'InvalidParameterValue.InconsistentInstance',
    ],
    [
      'a machine that never spoke',
      () => ({ instanceIds: [agent.instanceId, silent.instanceId] }),
      'ResourceUnavailable.AgentNotInstalled',
    ],
    [
      'a machine that is away, whatever is to become of it later',
      () => ({ instanceIds: [offline.instanceId], offlinePolicy: OfflinePolicy.SKIP }),
      'ResourceUnavailable.AgentStatusNotOnline',
    ],
    ['a selector and machines', () => ({ selector: { all: true } }), 'InvalidParameter.ConflictParameter'],
    ['an empty selector', () => ({ instanceIds: [], selector: {} }), 'MissingParameter'],
    [
      'a selector that fits nothing',
      () => ({ instanceIds: [], selector: { names: ['nothing*'] } }),
      'ResourceNotFound.InstanceNotFound',
    ],
    ['an unknown policy for absent machines', () => ({ offlinePolicy: 99 as OfflinePolicy }), 'InvalidParameterValue'],
    [
      'parameters for a command without',
      () => ({ parameters: '{"a":"b"}' }),
      'InvalidParameterValue.ParameterDisabled',
    ],
    ['too few of them', () => ({ commandId: withParameters }), 'InvalidParameterValue.LackOfParameterInfo'],
    [
      'what is no JSON',
      () => ({ commandId: withParameters, parameters: '{' }),
      'InvalidParameterValue.ParameterInvalidJsonFormat',
    ],
    [
      'a number among them',
      () => ({ commandId: withParameters, parameters: '{"who":1}' }),
      'InvalidParameterValue.ParameterValueNotString',
    ],
    ['no schedule', () => ({ scheduleSettings: undefined as never }), 'MissingParameter'],
    ['a schedule without a policy', () => hourly({ policy: 0 }), 'InvalidParameter'],
    ['one with an unknown policy', () => hourly({ policy: 9 }), 'InvalidParameter'],
    ['an unknown overlap policy', () => hourly({ overlapPolicy: 9 }), 'InvalidParameter'],
    ['an unknown missed-run policy', () => hourly({ missedRunPolicy: 9 }), 'InvalidParameter'],
    ['an unknown time zone', () => hourly({ timeZone: 'Mars/Olympus' }), 'InvalidParameter'],
    ['six fields', () => hourly({ recurrence: '0 0 0 * * *' }), 'InvalidParameterValue.InvalidCronExpression'],
    [
      'a day that never comes',
      () => hourly({ recurrence: '0 0 30 2 *' }),
      'InvalidParameterValue.InvalidCronExpression',
    ],
    ['a window of 0 s', () => hourly({ missedRunWindow: 0 }), 'InvalidParameterValue.Range'],
    ['a window of 604801 s', () => hourly({ missedRunWindow: 604_801 }), 'InvalidParameterValue.Range'],
    ['a time without offset', () => once('2099-01-01T00:00:00'), 'InvalidParameterValue.InvalidTimeFormat'],
    ['a time that is over', () => once('2021-09-01T00:00:00+08:00'), 'InvalidParameterValue.InvokeTimeExpired'],
    [
      '11 tags',
      () => ({ tags: Array.from({ length: 11 }, (_, index) => ({ key: `k${index}`, value: 'v' })) }),
      'InvalidParameterValue',
    ],
    ['a token of 65 characters', () => ({ clientToken: 'x'.repeat(65) }), 'InvalidParameterValue.TooLong'],
  ])('refuses %s', async (_what, init, reason) => {
    const { size } = service.delegations.given;
    expect(await refusalOf(create(init()))).toMatchObject({ reason });
    expect(service.delegations.given.size).toBe(size);
  });

  it.each<[string, () => Request]>([
    ['a name of 120 characters', () => ({ name: characters(120) })],
    ['10 tags', () => ({ tags: Array.from({ length: 10 }, (_, index) => ({ key: `k${index}`, value: 'v' })) })],
    ['a user of 256 characters', () => ({ username: characters(256) })],
    ['a window of a week', () => hourly({ missedRunWindow: 604_800 })],
    ['a window of a second', () => hourly({ missedRunWindow: 1 })],
    ['TAT’s form of a time', () => once('2099-09-01T00:00:00+08:00')],
    ['a selector', () => ({ instanceIds: [], selector: { all: true } })],
    ['the same machine twice', () => ({ instanceIds: [agent.instanceId, agent.instanceId] })],
  ])('takes %s', async (_what, init) => {
    await create(init());
  });

  it('does it once for a client token', async () => {
    const request = { ...order(service, [agent]), clientToken: 'once' };
    const first = await invokersOf(service).createInvoker(request);
    const { size } = service.delegations.given;
    const again = await Promise.all([1, 2, 3].map(() => invokersOf(service).createInvoker(request)));
    expect(again).toEqual([first, first, first]);
    expect(service.delegations.given.size).toBe(size);
    expect(await refusalOf(create({ ...request, name: 'another' }))).toMatchObject({ reason: 'InvalidParameterValue' });
  });

  it('leaves one delegation of calls with one token at the same time', async () => {
    const request = { ...order(service, [agent]), clientToken: 'at-once' };
    const { size } = service.delegations.given;
    const answers = await Promise.all([1, 2, 3, 4].map(() => invokersOf(service).createInvoker(request)));
    expect(new Set(answers.map(({ invokerId }) => invokerId)).size).toBe(1);
    expect(service.delegations.given.size).toBe(size + 1);
  });
});

describe('CreateInvoker is decided', () => {
  it('as itself and as InvokeCommand, on the command and every machine, with the tags to come', async () => {
    const commandId = saveCommand(service);
    await create({ commandId, tags: [{ key: 'team', value: 'ops' }] }, 'user');
    const resources = [
      {
        resource: `qcs::tat:ap-guangzhou::command/${commandId}`,
        attributes: [{ key: 'qcs:create_uin', values: [USER_UIN] }],
      },
      { resource: `qcs::cvm:ap-guangzhou::instance/${agent.instanceId}` },
    ];
    expect(service.iam.questions).toMatchObject([
      { action: 'tat:CreateInvoker', resources, requestTags: [{ key: 'team', value: 'ops' }] },
      {
        action: 'tat:InvokeCommand',
        resources,
        context: { credential: 'user', peerAddress: expect.stringMatching(/./) },
      },
    ]);
  });

  it.each([
    ['CreateInvoker on the command', 'tat:CreateInvoker', 'command/'],
    ['CreateInvoker on a machine', 'tat:CreateInvoker', 'instance/'],
    ['InvokeCommand on the command', 'tat:InvokeCommand', 'command/'],
    ['InvokeCommand on a machine', 'tat:InvokeCommand', 'instance/'],
  ])('and refused without %s', async (_what, action, path) => {
    const { size } = service.delegations.given;
    service.iam.decide = (asked, resource) => asked !== action || !resource.includes(path);
    const refusal = await refusalOf(create({}, 'user'));
    expect(refusal).toMatchObject({ reason: 'UnauthorizedOperation.CamAuthFailed', details: { action } });
    expect(service.delegations.given.size).toBe(size);
  });

  it('and denied before anybody learns whether command and machines are there', async () => {
    service.iam.decide = () => false;
    const request = { commandId: 'cmd-zzzzzzzz', instanceIds: ['ins-zzzzzzzz'] };
    expect(await refusalOf(create(request))).toMatchObject({ reason: 'UnauthorizedOperation.CamAuthFailed' });
  });

  it('and knows nothing of another account’s machines', async () => {
    const refusal = await refusalOf(makeInvoker(service, [agent], {}, 'root@200000000001'));
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ reason: 'ResourceNotFound.InstanceNotFound' });
  });
});
