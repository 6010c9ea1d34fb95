import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  CommandSchema,
  CommandType,
  CreatedBy,
  InstanceKind,
  InvocationStatus,
  type InvokeCommandRequestSchema,
} from '@muster/contract';
import { decideByPolicies, eventually } from '@muster/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { uncovered } from './declared-codes.ts';
import type { FakeAgent } from './fake-agent.ts';
import { MISSING_BUCKET } from './fake-object-storage.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, startFixture, startOn, tasksOf } from './runs-fixture.ts';

type Request = MessageInitShape<typeof InvokeCommandRequestSchema>;

const STORED = 'cmd-stored00';
const PLAIN = 'cmd-plain000';

let service: Fixture;
let agent: FakeAgent;
/** Machines that stand in requests by these names. */
let machines: Record<'offline' | 'silent' | 'windows', string>;

beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
  const stored = create(CommandSchema, {
    commandId: STORED,
    commandName: 'deploy',
    description: 'puts it there',
    content: bytes('deploy {{what}} with {{tat-hidden:key}} to {{where}}'),
    commandType: CommandType.SHELL,
    workingDirectory: '/srv',
    timeout: 30,
    enableParameter: true,
    defaultParameters: '{"what":"web","where":"here","key":"default-secret"}',
    username: 'deployer',
    version: 4,
    outputCosBucketUrl: 'https://out-1250000000.cos.ap-guangzhou.myqcloud.com',
    outputCosKeyPrefix: 'deploys',
    createdBy: CreatedBy.USER,
  });
  const plain = create(CommandSchema, {
    commandId: PLAIN,
    commandName: 'plain',
    content: bytes('{{a}}'),
    commandType: CommandType.SHELL,
    timeout: 60,
    version: 1,
    createdBy: CreatedBy.TAT,
  });
  const unfilled = create(CommandSchema, { ...plain, commandId: 'cmd-unfilled', enableParameter: true });
  for (const command of [stored, plain, unfilled]) service.library.commands.set(command.commandId, command);
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
});

const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** Everything that an answer says, bytes as text. */
function everyText(value: unknown): string {
  if (value instanceof Uint8Array) return text(value);
  return value instanceof Object ? Object.values(value).map(everyText).join('\n') : String(value);
}

const invokeCommand = (request: Request, as = 'root') =>
  service.runs(as).invokeCommand({ commandId: STORED, instanceIds: [agent.instanceId], ...request });
const invocation = async (invocationId: string) =>
  (await service.runs().describeInvocations({ invocationIds: [invocationId] })).invocationSet[0]!;
const ids = (count: number) => Array.from({ length: count }, (_, index) => `ins-${String(index).padStart(8, '0')}`);
const keys = (count: number) => JSON.stringify(Object.fromEntries(ids(count).map((id) => [id, 'v'])));

const REFUSED: readonly (readonly [string, Request | (() => Request), string])[] = [
  ['no command', { commandId: '' }, 'MissingParameter'],
  ['what is no command', { commandId: 'x' }, 'InvalidParameterValue.InvalidCommandId'],
  ['an unknown command', { commandId: 'cmd-unknown0' }, 'ResourceNotFound.CommandNotFound'],
  ['no machine', { instanceIds: [] }, 'MissingParameter'],
  ['what is no machine', { instanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
  ['201 machines', { instanceIds: ids(201) }, 'InvalidParameterValue.LimitExceeded'],
  ['two kinds', { instanceIds: ['ins-abcdefgh', 'lhins-abcdefgh'] }, 'InvalidParameterValue.InconsistentInstance'],
  ['an unknown machine', { instanceIds: ['ins-unknown0'] }, 'ResourceNotFound.InstanceNotFound'],
  ['an absent machine', () => ({ instanceIds: [machines.offline] }), 'ResourceUnavailable.AgentStatusNotOnline'],
  ['one never heard', () => ({ instanceIds: [machines.silent] }), 'ResourceUnavailable.AgentNotInstalled'],
  [
    'SHELL on Windows',
    () => ({ instanceIds: [machines.windows] }),
    'InvalidParameterValue.AgentUnsupportedCommandType',
  ],
  ['a user with a colon', { username: 'a:b' }, 'InvalidParameter.InvalidUsername'],
  ['a user of 257', { username: 'u'.repeat(257) }, 'InvalidParameter.InvalidUsername'],
  ['a relative directory', { workingDirectory: 'srv' }, 'InvalidParameterValue.InvalidWorkingDirectory'],
  ['no time at all', { timeout: 0 }, 'InvalidParameterValue.Range'],
  ['86,401 seconds', { timeout: 86_401 }, 'InvalidParameterValue.Range'],
  ['a bucket without https', { outputCosBucketUrl: 'x' }, 'InvalidParameterValue.InvalidOutputCOSBucketUrl'],
  ['a bucket that is not there', { outputCosBucketUrl: MISSING_BUCKET }, 'ResourceNotFound.CosBucketNotFoundCode'],
  ['a rooted prefix', { outputCosKeyPrefix: '/a' }, 'InvalidParameterValue.InvalidOutputCOSKeyPrefix'],
  ['parameters not enabled', { commandId: PLAIN, parameters: '{"a":"b"}' }, 'InvalidParameterValue.ParameterDisabled'],
  ['no JSON', { parameters: 'x' }, 'InvalidParameterValue.ParameterInvalidJsonFormat'],
  ['a number', { parameters: '{"a":1}' }, 'InvalidParameterValue.ParameterValueNotString'],
  ['a key twice', { parameters: '{"a":"1","a":"2"}' }, 'InvalidParameterValue.ParameterKeyDuplicated'],
  ['a key with a blank', { parameters: '{"a b":"1"}' }, 'InvalidParameterValue.ParameterKeyContainsInvalidChar'],
  [
    'a key of 65',
    { parameters: JSON.stringify({ ['k'.repeat(65)]: 'v' }) },
    'InvalidParameterValue.ParameterKeyLenExceeded',
  ],
  ['21 parameters', { parameters: keys(21) }, 'InvalidParameterValue.ParameterNumberExceeded'],
  ['a placeholder without a value', { commandId: 'cmd-unfilled' }, 'InvalidParameterValue.LackOfParameterInfo'],
  ['a token of 65', { clientToken: 't'.repeat(65) }, 'InvalidParameterValue.TooLong'],
];

describe('InvokeCommand', () => {
  it.each(REFUSED)('refuses %s', async (_, request, reason) => {
    const given = typeof request === 'function' ? request() : request;
    expect((await refusalOf(invokeCommand(given))).reason).toBe(reason);
  });

  it('gives every declared code that can occur', () => {
    const elsewhere = {
      'UnauthorizedOperation.CamAuthFailed': 'below',
      InvalidParameterValue: 'below, for a token that stood for another request',
      'InvalidParameterValue.SupportParametersOnlyIfEnableParameter': 'defaults are the stored command’s',
    };
    const given = REFUSED.map(([, , reason]) => reason);
    expect(uncovered('InvokeCommand', given, elsewhere)).toEqual([]);
  });

  it('runs what is stored, with what the call gives over it', async () => {
    const { invocationId } = await invokeCommand({
      ...{ parameters: '{"where":"there"}', timeout: 5, username: 'web', outputCosKeyPrefix: 'mine' },
    });
    const order = await startOn(agent);
    expect(text(order.content)).toBe('deploy web with default-secret to there');
    expect(order).toMatchObject({ timeoutSeconds: 5, username: 'web', workingDirectory: '/srv' });
    expect(order.environment).toEqual({
      MUSTER_PARAM_WHAT: 'web',
      MUSTER_PARAM_WHERE: 'there',
      MUSTER_PARAM_KEY: 'default-secret',
    });
    await finish(agent, order);
    expect(await invocation(invocationId)).toMatchObject({
      commandId: STORED,
      commandVersion: 4,
      commandName: 'deploy',
      description: 'puts it there',
      invocationStatus: InvocationStatus.SUCCESS,
      parameters: '{"where":"there"}',
      outputCosBucketUrl: 'https://out-1250000000.cos.ap-guangzhou.myqcloud.com',
      outputCosKeyPrefix: 'mine',
    });
  });

  it('leaves braces alone where parameters are not enabled', async () => {
    await invokeCommand({ commandId: PLAIN });
    const order = await startOn(agent);
    expect(text(order.content)).toBe('{{a}}');
    await finish(agent, order);
  });

  it('never shows the value of a hidden parameter', async () => {
    const { invocationId } = await invokeCommand({ parameters: '{"key":"given-secret"}' });
    const order = await startOn(agent);
    expect(text(order.content)).toContain('given-secret');
    await finish(agent, order);
    const run = await invocation(invocationId);
    const [task] = await tasksOf(service, invocationId);
    const watched = await Array.fromAsync(service.runs().watchInvocation({ invocationId }));
    expect(text(task!.commandDocument!.content)).toBe('deploy web with ****** to here');
    expect(JSON.parse(run.parameters)).toEqual({ key: '******' });
    const shown = everyText([run, task, watched]);
    expect(shown).toContain('******');
    expect(shown).not.toContain('secret');
  });

  it('is decided on the command with its tags and on every machine, before it says what there is', async () => {
    const asked = service.iam.questions.length;
    service.iam.decide = () => false;
    for (const request of [{}, { commandId: 'cmd-unknown0' }, { instanceIds: ['ins-unknown0'] }]) {
      expect((await refusalOf(invokeCommand(request, 'user'))).reason).toBe('UnauthorizedOperation.CamAuthFailed');
    }
    expect(service.iam.questions[asked]).toMatchObject({
      action: 'tat:InvokeCommand',
      resources: [
        { resource: `qcs::tat:ap-guangzhou::command/${STORED}` },
        { resource: `qcs::cvm:ap-guangzhou::instance/${agent.instanceId}` },
      ],
    });
    decideByPolicies(service.iam, { effect: 'allow', action: 'tat:InvokeCommand', resource: 'qcs::tat:::command/*' });
    expect((await refusalOf(invokeCommand({}, 'user'))).details.resource).toContain(agent.instanceId);
  });

  it('answers a repeated client token with the same run, and refuses another request under it', async () => {
    const first = await invokeCommand({ clientToken: 'token-1' });
    expect(await invokeCommand({ clientToken: 'token-1' })).toEqual(first);
    await finish(agent, await startOn(agent));
    expect(agent.tasks.waiting).toEqual([]);
    const other = await refusalOf(invokeCommand({ clientToken: 'token-1', timeout: 3 }));
    expect(other).toMatchObject({ reason: 'InvalidParameterValue', details: { field: 'ClientToken' } });
  });

  it('makes nothing in a dry run', async () => {
    const before = (await service.runs().describeInvocations({})).totalCount;
    expect(await invokeCommand({ dryRun: true })).toMatchObject({ invocationId: '', taskCount: 1 });
    expect((await service.runs().describeInvocations({})).totalCount).toBe(before);
    expect((await refusalOf(invokeCommand({ dryRun: true, timeout: 0 }))).reason).toBe('InvalidParameterValue.Range');
    service.iam.decide = () => false;
    expect((await refusalOf(invokeCommand({ dryRun: true }))).kind).toBe('denied');
  });
});
