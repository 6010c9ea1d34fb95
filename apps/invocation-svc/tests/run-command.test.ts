import type { MessageInitShape } from '@bufbuild/protobuf';
import { CommandType, InstanceKind, OfflinePolicy, type RunCommandRequestSchema } from '@muster/contract';
import { Refusal } from '@muster/kernel';
import { eventCount, eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { uncovered } from './declared-codes.ts';
import type { FakeAgent } from './fake-agent.ts';
import { MISSING_BUCKET } from './fake-object-storage.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf } from './runs-fixture.ts';

type Request = MessageInitShape<typeof RunCommandRequestSchema>;

let service: Fixture;
let agent: FakeAgent;
/** Machines that stand in requests by these names. */
let machines: Record<'offline' | 'silent' | 'windows', string>;

beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
  const offline = await service.agent();
  machines = {
    offline: offline.instanceId,
    silent: (await service.machine()).instanceId,
    windows: (await service.agent(InstanceKind.CVM, 'Windows')).instanceId,
  };
  await offline[Symbol.asyncDispose]();
  await eventually('the machine to be offline', async () => {
    const { automationAgentSet } = await service.instances().describeAutomationAgentStatus({
      filters: [{ name: 'agent-status', values: ['Offline'] }],
    });
    return automationAgentSet.some(({ instanceId }) => instanceId === machines.offline);
  });
});
afterAll(() => service[Symbol.asyncDispose]());
afterEach(() => {
  service.iam.decide = () => true;
  service.library.refusesToSave = undefined;
});

const runCommand = (request: Request, as = 'root') => {
  const instanceIds = request.instanceIds ?? [agent.instanceId];
  return service.runs(as).runCommand({ content: bytes('true'), ...request, instanceIds });
};
const ids = (count: number) => Array.from({ length: count }, (_, index) => `ins-${String(index).padStart(8, '0')}`);
const confs = (...names: string[]) =>
  names.map((parameterName) => ({ parameterName, parameterValue: 'v', parameterDescription: '' }));
const keys = (count: number) => JSON.stringify(Object.fromEntries(ids(count).map((id) => [id, 'v'])));
const enabled = { enableParameter: true };

const REFUSED: readonly (readonly [string, Request | (() => Request), string])[] = [
  ['no machine', { instanceIds: [] }, 'MissingParameter'],
  ['what is no machine', { instanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
  ['201 machines', { instanceIds: ids(201) }, 'InvalidParameterValue.LimitExceeded'],
  ['two kinds', { instanceIds: ['ins-abcdefgh', 'rins-abcdefgh'] }, 'InvalidParameterValue.InconsistentInstance'],
  ['an unknown machine', { instanceIds: ['ins-unknown0'] }, 'ResourceNotFound.InstanceNotFound'],
  ['200 unknown machines', { instanceIds: ids(200) }, 'ResourceNotFound.InstanceNotFound'],
  ['an absent machine', () => ({ instanceIds: [machines.offline] }), 'ResourceUnavailable.AgentStatusNotOnline'],
  ['one never heard', () => ({ instanceIds: [machines.silent] }), 'ResourceUnavailable.AgentNotInstalled'],
  [
    'SHELL on Windows',
    () => ({ instanceIds: [machines.windows] }),
    'InvalidParameterValue.AgentUnsupportedCommandType',
  ],
  ['BAT on Linux', { commandType: CommandType.BAT }, 'InvalidParameterValue.AgentUnsupportedCommandType'],
  ['an unknown language', { commandType: 99 as CommandType }, 'InvalidParameterValue'],
  ['no script', { content: new Uint8Array() }, 'InvalidParameterValue.CommandContentInvalid'],
  ['what is no text', { content: Uint8Array.of(0xff) }, 'InvalidParameterValue.CommandContentInvalid'],
  ['49,153 bytes', { content: bytes('x'.repeat(49_153)) }, 'InvalidParameterValue.CommandContentInvalid'],
  ['a name of 61 bytes', { commandName: 'n'.repeat(61) }, 'InvalidParameterValue.TooLong'],
  ['a name with a blank', { commandName: 'a b' }, 'InvalidParameterValue.InvalidCommandName'],
  ['a description of 121', { description: 'd'.repeat(121) }, 'InvalidParameterValue.TooLong'],
  ['no time at all', { timeout: 0 }, 'InvalidParameterValue.Range'],
  ['86,401 seconds', { timeout: 86_401 }, 'InvalidParameterValue.Range'],
  ['a relative directory', { workingDirectory: 'srv' }, 'InvalidParameterValue.InvalidWorkingDirectory'],
  ['a user with a colon', { username: 'a:b' }, 'InvalidParameterValue.InvalidUsername'],
  ['11 tags', { tags: ids(11).map((key) => ({ key, value: '' })) }, 'InvalidParameterValue'],
  ['a bucket without https', { outputCosBucketUrl: 'ftp://b' }, 'InvalidParameterValue.InvalidOutputCOSBucketUrl'],
  ['a bucket that is not there', { outputCosBucketUrl: MISSING_BUCKET }, 'ResourceNotFound.CosBucketNotFoundCode'],
  ['a prefix that climbs', { outputCosKeyPrefix: 'a/../b' }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
  ['a prefix of 61', { outputCosKeyPrefix: 'p'.repeat(61) }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
  ['parameters not enabled', { parameters: '{"a":"b"}' }, 'InvalidParameterValue.ParameterDisabled'],
  [
    'defaults not enabled',
    { defaultParameters: '{"a":"b"}' },
    'InvalidParameterValue.SupportParametersOnlyIfEnableParameter',
  ],
  ['no JSON', { ...enabled, parameters: 'x' }, 'InvalidParameterValue.ParameterInvalidJsonFormat'],
  ['a number', { ...enabled, parameters: '{"a":1}' }, 'InvalidParameterValue.ParameterValueNotString'],
  ['a key twice', { ...enabled, parameters: '{"a":"1","a":"2"}' }, 'InvalidParameterValue.ParameterKeyDuplicated'],
  [
    'a key with a blank',
    { ...enabled, parameters: '{"a b":"1"}' },
    'InvalidParameterValue.ParameterKeyContainsInvalidChar',
  ],
  [
    'a key of 65',
    { ...enabled, parameters: JSON.stringify({ ['k'.repeat(65)]: 'v' }) },
    'InvalidParameterValue.ParameterKeyLenExceeded',
  ],
  ['21 parameters', { ...enabled, parameters: keys(21) }, 'InvalidParameterValue.ParameterNumberExceeded'],
  [
    'a default twice',
    { ...enabled, defaultParameterConfs: confs('a', 'a') },
    'InvalidParameter.ParameterNameDuplicated',
  ],
  [
    'both kinds of defaults',
    { ...enabled, defaultParameters: '{"a":"b"}', defaultParameterConfs: confs('a') },
    'InvalidParameter.ConflictParameter',
  ],
  [
    'a placeholder without a value',
    { ...enabled, content: bytes('{{a}}') },
    'InvalidParameterValue.LackOfParameterInfo',
  ],
  ['a token of 65', { clientToken: 't'.repeat(65) }, 'InvalidParameterValue.TooLong'],
  ['an expiry without its policy', { offlineExpiry: 60 }, 'InvalidParameter.ConflictParameter'],
  [
    'an expiry of nothing',
    { offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: 0 },
    'InvalidParameterValue.Range',
  ],
  [
    'an expiry of over 30 days',
    { offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: 2_592_001 },
    'InvalidParameterValue.Range',
  ],
  ['an unknown policy', { offlinePolicy: 9 as OfflinePolicy }, 'InvalidParameterValue'],
];

/** Refused by command-svc when it is to save the script, and passed on. */
const REFUSED_BY_LIBRARY = [
  'InvalidParameterValue.CommandNameDuplicated',
  'ResourceUnavailable.UserHasNoQuotaCode',
] as const;

describe('RunCommand', () => {
  it.each(REFUSED)('refuses %s', async (_, request, reason) => {
    expect((await refusalOf(runCommand(typeof request === 'function' ? request() : request))).reason).toBe(reason);
  });

  it.each(REFUSED_BY_LIBRARY)('does not run what the library refuses with %s', async (reason) => {
    service.library.refusesToSave = new Refusal('conflict', reason, 'no');
    expect((await refusalOf(runCommand({ saveCommand: true }))).reason).toBe(reason);
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('gives every declared code that can occur', () => {
    const given = [...REFUSED.map(([, , reason]) => reason), ...REFUSED_BY_LIBRARY];
    const elsewhere = {
      'UnauthorizedOperation.CamAuthFailed': 'below',
      'InvalidParameter.InvalidUsername':
        'it declares two; the one of commands is given, and this one by InvokeCommand',
      'InvalidParameterValue.InvalidContent': 'the same as CommandContentInvalid',
    };
    expect(uncovered('RunCommand', given, elsewhere)).toEqual([]);
  });

  it.each<[string, Request]>([
    ['49,152 bytes', { content: bytes('x'.repeat(49_152)) }],
    ['a name of 60 bytes', { commandName: '名'.repeat(20) }],
    ['a description of 120 characters', { description: '😀'.repeat(120) }],
    ['1 second', { timeout: 1 }],
    ['a day', { timeout: 86_400 }],
    ['a user of 256 characters', { username: 'u'.repeat(256) }],
    ['10 tags', { tags: ids(10).map((key) => ({ key, value: 'v' })) }],
    ['20 parameters', { ...enabled, parameters: keys(20) }],
    ['a key of 64', { ...enabled, parameters: JSON.stringify({ ['k'.repeat(64)]: 'v' }) }],
    ['a prefix of 60', { outputCosKeyPrefix: 'p'.repeat(60) }],
    ['a bucket', { outputCosBucketUrl: 'https://out-1250000000.cos.ap-guangzhou.myqcloud.com' }],
    ['30 days', { offlinePolicy: OfflinePolicy.RUN_ON_RETURN, offlineExpiry: 2_592_000 }],
    ['a token of 64', { clientToken: 't'.repeat(64) }],
  ])('takes %s, and makes nothing of it in a dry run', async (_, request) => {
    const answer = await runCommand({ ...request, dryRun: true, saveCommand: true });
    expect(answer).toMatchObject({ invocationId: '', commandId: '', taskCount: 1, offlineCount: 0, skippedCount: 0 });
    expect(service.library.saved).toEqual([]);
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('fills in what is not given', async () => {
    const invocationId = await run(service, [agent]);
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    await finish(agent, await startOn(agent));
    expect(invocationSet[0]).toMatchObject({
      commandName: '',
      description: '',
      commandType: CommandType.SHELL,
      timeout: 60,
      username: 'root',
      workingDirectory: '/root',
      parameters: '',
      defaultParameters: '',
      outputCosBucketUrl: '',
      outputCosKeyPrefix: '',
      taskCount: 1,
    });
  });

  it('carries where the output goes to the records of the run and its tasks', async () => {
    const cos = {
      outputCosBucketUrl: 'https://out-1250000000.cos.ap-guangzhou.myqcloud.com',
      outputCosKeyPrefix: 'a/b',
    };
    const invocationId = await run(service, [agent], cos);
    await finish(agent, await startOn(agent));
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    const [task] = await tasksOf(service, invocationId);
    expect([invocationSet[0], task!.commandDocument]).toMatchObject([cos, cos]);
  });

  it('is decided on all commands and on every machine, also on one that nobody knows', async () => {
    const asked = service.iam.questions.length;
    service.iam.decide = (_, resource) => !resource.includes('ins-unknown0');
    const denied = await refusalOf(runCommand({ instanceIds: [agent.instanceId, 'ins-unknown0'] }, 'user'));
    expect(denied.reason).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(service.iam.questions.slice(asked)).toMatchObject([
      {
        action: 'tat:RunCommand',
        resources: [
          { resource: 'qcs::tat:ap-guangzhou::command/*' },
          { resource: `qcs::cvm:ap-guangzhou::instance/${agent.instanceId}` },
          { resource: 'qcs::cvm:ap-guangzhou::instance/ins-unknown0' },
        ],
      },
    ]);
    const foreign = await refusalOf(runCommand({}, 'root@100000000099'));
    expect(foreign.reason).toBe('ResourceNotFound.InstanceNotFound');
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('makes one task of a machine that is named twice', async () => {
    const invocationId = await run(service, [agent, agent]);
    expect(await tasksOf(service, invocationId)).toHaveLength(1);
    await finish(agent, await startOn(agent));
  });

  it('tells other services what came of it', async () => {
    const stored = () => eventCount(service.nats, 'evt.invocation.>');
    const before = await eventually('the events before to settle', stored);
    await run(service, [agent]);
    await finish(agent, await startOn(agent));
    // created, task finished, invocation finished
    await eventually('three more events', async () => (await stored()) >= before + 3);
  });
});

describe('a client token', () => {
  it('gives the same answer again and runs nothing, also at the same time', async () => {
    const asked = Array.from({ length: 5 }, () => runCommand({ clientToken: 'token-1' }));
    const answers = [...(await Promise.all(asked)), await runCommand({ clientToken: 'token-1' })];
    expect(new Set(answers.map((answer) => `${answer.invocationId} ${answer.commandId}`)).size).toBe(1);
    await finish(agent, await startOn(agent));
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('answers also when the call would be refused by now, unless it may not be made any more', async () => {
    const leaving = await service.agent();
    const request = { instanceIds: [leaving.instanceId], clientToken: 'token-2' };
    const first = await runCommand(request);
    await finish(leaving, await startOn(leaving));
    await leaving[Symbol.asyncDispose]();
    await eventually('the machine to be offline', async () => {
      const { reason } = await refusalOf(runCommand({ ...request, clientToken: '' })).catch(() => ({ reason: '' }));
      return reason === 'ResourceUnavailable.AgentStatusNotOnline';
    });
    expect(await runCommand(request)).toEqual(first);
    service.iam.decide = () => false;
    expect((await refusalOf(runCommand(request))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
  });

  it('stands for one request of one caller', async () => {
    const mine = await runCommand({ clientToken: 'token-3' });
    const other = await refusalOf(runCommand({ clientToken: 'token-3', timeout: 5 }));
    expect(other).toMatchObject({ reason: 'InvalidParameterValue', details: { field: 'ClientToken' } });
    const theirs = await runCommand({ clientToken: 'token-3' }, 'user');
    expect(theirs.invocationId).not.toBe(mine.invocationId);
    for (let count = 0; count < 2; count++) await finish(agent, await startOn(agent));
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('is forgotten after a day', async () => {
    const first = await runCommand({ clientToken: 'token-4' });
    await finish(agent, await startOn(agent));
    service.clock.ahead = 86_400_001;
    try {
      // what starts a service forgets
      await service.stop();
      await service.resume();
      await agent.hello();
      const second = await runCommand({ clientToken: 'token-4' });
      expect(second.invocationId).not.toBe(first.invocationId);
      await finish(agent, await startOn(agent));
    } finally {
      service.clock.ahead = 0;
    }
  });

  it('saves one command however often the call is made', async () => {
    const request = { saveCommand: true, content: bytes('uptime'), timeout: 9, clientToken: 'token-5' };
    const tags = [{ key: 'team', value: 'web' }];
    const { commandId } = await runCommand({ ...request, tags });
    await finish(agent, await startOn(agent));
    expect(service.library.saved.splice(0)).toMatchObject([
      { commandId, commandName: commandId, timeout: 9, username: 'root', tags },
    ]);
    expect((await runCommand({ ...request, tags })).commandId).toBe(commandId);
    expect((await refusalOf(runCommand(request))).reason).toBe('InvalidParameterValue');
    expect(service.library.saved).toEqual([]);
  });
});
