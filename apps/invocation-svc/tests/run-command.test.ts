import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  CommandSchema,
  CommandType,
  InstanceKind,
  InvocationStatus,
  type InvokeCommandRequestSchema,
  type RunCommandRequestSchema,
} from '@muster/contract';
import { eventCount, eventually } from '@muster/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FakeAgent } from './fake-agent.ts';
import { refusalOf } from './machines-fixture.ts';
import { bytes, type Fixture, finish, run, startFixture, startOn, tasksOf } from './runs-fixture.ts';

let service: Fixture;
let agent: FakeAgent;

beforeAll(async () => {
  service = await startFixture();
  agent = await service.agent();
  service.library.commands.set(
    'cmd-stored00',
    create(CommandSchema, {
      commandId: 'cmd-stored00',
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
    }),
  );
});
afterAll(() => service[Symbol.asyncDispose]());

const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** Everything that an answer says, bytes as text. */
function everyText(value: unknown): string {
  if (value instanceof Uint8Array) return text(value);
  return value instanceof Object ? Object.values(value).map(everyText).join('\n') : String(value);
}

const runCommand = (request: MessageInitShape<typeof RunCommandRequestSchema>, as = 'root') =>
  service.runs(as).runCommand({ content: bytes('true'), instanceIds: [agent.instanceId], ...request });
const invokeCommand = (request: MessageInitShape<typeof InvokeCommandRequestSchema>, as = 'root') =>
  service.runs(as).invokeCommand({ commandId: 'cmd-stored00', instanceIds: [agent.instanceId], ...request });

describe('RunCommand', () => {
  it.each<[string, MessageInitShape<typeof RunCommandRequestSchema>, string]>([
    ['no machine', { instanceIds: [] }, 'MissingParameter'],
    ['what is no machine', { instanceIds: ['i-1'] }, 'InvalidParameterValue.InvalidInstanceId'],
    [
      '201 machines',
      { instanceIds: Array.from({ length: 201 }, (_, index) => `ins-${String(index).padStart(8, '0')}`) },
      'InvalidParameterValue.LimitExceeded',
    ],
    [
      'machines of two kinds',
      { instanceIds: ['ins-abcdefgh', 'rins-abcdefgh'] },
      'InvalidParameterValue.InconsistentInstance',
    ],
    ['an unknown machine', { instanceIds: ['ins-unknown0'] }, 'ResourceNotFound.InstanceNotFound'],
    ['no script', { content: new Uint8Array() }, 'InvalidParameterValue.CommandContentInvalid'],
    ['a name of 61 bytes', { commandName: 'n'.repeat(61) }, 'InvalidParameterValue.TooLong'],
    ['a long description', { description: 'd'.repeat(121) }, 'InvalidParameterValue.TooLong'],
    ['no time at all', { timeout: 0 }, 'InvalidParameterValue.Range'],
    ['a relative directory', { workingDirectory: 'srv' }, 'InvalidParameterValue.InvalidWorkingDirectory'],
    ['BAT on Linux', { commandType: CommandType.BAT }, 'InvalidParameterValue.AgentUnsupportedCommandType'],
    ['parameters that are not enabled', { parameters: '{"a":"b"}' }, 'InvalidParameterValue.ParameterDisabled'],
    [
      'a placeholder without a value',
      { content: bytes('{{a}}'), enableParameter: true },
      'InvalidParameterValue.LackOfParameterInfo',
    ],
    ['a long client token', { clientToken: 't'.repeat(65) }, 'InvalidParameterValue.TooLong'],
  ])('refuses %s', async (_, request, reason) => {
    expect((await refusalOf(runCommand(request))).reason).toBe(reason);
  });

  it('refuses a machine that is not online, one of another account and one that the caller may not use', async () => {
    const offline = await service.machine();
    const request = { instanceIds: [agent.instanceId, offline.instanceId] };
    expect((await refusalOf(runCommand(request))).reason).toBe('ResourceUnavailable.AgentStatusNotOnline');
    const foreign = await refusalOf(runCommand({}, 'root@100000000099'));
    expect(foreign.reason).toBe('ResourceNotFound.InstanceNotFound');
    service.iam.decide = (_, resource) => !resource.includes(agent.instanceId);
    const denied = await refusalOf(runCommand({}, 'user'));
    service.iam.decide = () => true;
    expect(denied.reason).toBe('UnauthorizedOperation.CamAuthFailed');
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('refuses SHELL on Windows', async () => {
    const windows = await service.agent(InstanceKind.CVM, 'Windows');
    const refusal = await refusalOf(runCommand({ instanceIds: [windows.instanceId] }));
    expect(refusal.reason).toBe('InvalidParameterValue.AgentUnsupportedCommandType');
  });

  it('makes one task of a machine that is named twice', async () => {
    const invocationId = await run(service, [agent, agent]);
    expect(await tasksOf(service, invocationId)).toHaveLength(1);
    await finish(agent, await startOn(agent));
  });

  it('answers a repeated client token with the same ids and runs nothing, also at the same time', async () => {
    const asked = Array.from({ length: 5 }, () => runCommand({ clientToken: 'token-1' }));
    const answers = [...(await Promise.all(asked)), await runCommand({ clientToken: 'token-1' })];
    expect(new Set(answers.map((answer) => `${answer.invocationId} ${answer.commandId}`)).size).toBe(1);
    expect((await invokeCommand({ clientToken: 'token-1' })).invocationId).toBe(answers[0]!.invocationId);
    await finish(agent, await startOn(agent));
    expect(agent.tasks.waiting).toEqual([]);
  });

  it('saves its command under the id that the run carries, and does so again for a repeated token', async () => {
    const request = { saveCommand: true, content: bytes('uptime'), timeout: 9, clientToken: 'token-2' };
    const { commandId } = await runCommand({ ...request, tags: [{ key: 'team', value: 'web' }] });
    await finish(agent, await startOn(agent));
    expect(service.library.saved.splice(0)).toMatchObject([
      { commandId, commandName: commandId, timeout: 9, username: 'root', tags: [{ key: 'team', value: 'web' }] },
    ]);
    expect((await runCommand(request)).commandId).toBe(commandId);
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

describe('InvokeCommand', () => {
  it('runs what is stored, with what the call gives over it', async () => {
    const { invocationId } = await invokeCommand({ parameters: '{"where":"there"}', timeout: 5, username: 'web' });
    const order = await startOn(agent);
    expect(text(order.content)).toBe('deploy web with default-secret to there');
    expect(order).toMatchObject({ timeoutSeconds: 5, username: 'web', workingDirectory: '/srv' });
    expect(order.environment).toEqual({
      MUSTER_PARAM_WHAT: 'web',
      MUSTER_PARAM_WHERE: 'there',
      MUSTER_PARAM_KEY: 'default-secret',
    });
    await finish(agent, order);
    const { invocationSet } = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    expect(invocationSet[0]).toMatchObject({
      commandId: 'cmd-stored00',
      commandVersion: 4,
      commandName: 'deploy',
      description: 'puts it there',
      invocationStatus: InvocationStatus.SUCCESS,
      parameters: '{"where":"there"}',
    });
  });

  it('never shows the value of a hidden parameter', async () => {
    const { invocationId } = await invokeCommand({ parameters: '{"key":"given-secret"}' });
    const order = await startOn(agent);
    expect(text(order.content)).toContain('given-secret');
    await finish(agent, order);
    const runs = await service.runs().describeInvocations({ invocationIds: [invocationId] });
    const [task] = await tasksOf(service, invocationId);
    const watched = [];
    for await (const step of service.runs().watchInvocation({ invocationId })) watched.push(step);
    expect(text(task!.commandDocument!.content)).toBe('deploy web with ****** to here');
    expect(JSON.parse(runs.invocationSet[0]!.parameters)).toEqual({ key: '******' });
    const shown = everyText([runs, task, watched]);
    expect(shown).toContain('******');
    expect(shown).not.toContain('secret');
  });

  it.each<[string, MessageInitShape<typeof InvokeCommandRequestSchema>, string]>([
    ['no command', { commandId: '' }, 'MissingParameter'],
    ['what is no command', { commandId: 'x' }, 'InvalidParameterValue.InvalidCommandId'],
    ['an unknown command', { commandId: 'cmd-unknown0' }, 'ResourceNotFound.CommandNotFound'],
    ['a user with a colon', { username: 'a:b' }, 'InvalidParameter.InvalidUsername'],
    ['parameters that are no JSON', { parameters: 'x' }, 'InvalidParameterValue.ParameterInvalidJsonFormat'],
    ['an unknown machine', { instanceIds: ['ins-unknown0'] }, 'ResourceNotFound.InstanceNotFound'],
  ])('refuses %s', async (_, request, reason) => {
    expect((await refusalOf(invokeCommand(request))).reason).toBe(reason);
  });
});

describe('CancelInvocation', () => {
  it.each([
    ['no run', '', [], 'MissingParameter'],
    ['what is no run', 'x', [], 'InvalidParameterValue.InvalidInvocationId'],
    ['an unknown run', 'inv-unknown0', [], 'ResourceNotFound.InvocationNotFound'],
    [
      '101 machines',
      'inv-unknown0',
      Array.from({ length: 101 }, () => 'ins-abcdefgh'),
      'InvalidParameterValue.LimitExceeded',
    ],
  ])('refuses %s', async (_, invocationId, instanceIds, reason) => {
    expect((await refusalOf(service.runs().cancelInvocation({ invocationId, instanceIds }))).reason).toBe(reason);
  });

  it('is decided on the machines, refuses others, and cancels only those named', async () => {
    const second = await service.agent();
    const invocationId = await run(service, [agent, second]);
    const first = await startOn(agent);
    await startOn(second);
    const foreign = service.runs().cancelInvocation({ invocationId, instanceIds: ['ins-abcdefgh'] });
    expect((await refusalOf(foreign)).reason).toBe('InvalidParameterValue.InstanceIsNotRelatedToInvocation');
    service.iam.decide = (_, resource) => resource.endsWith(second.instanceId);
    const denied = await refusalOf(service.runs('user').cancelInvocation({ invocationId }));
    expect(denied.reason).toBe('UnauthorizedOperation.CamAuthFailed');
    await service.runs('user').cancelInvocation({ invocationId, instanceIds: [second.instanceId] });
    service.iam.decide = () => true;
    await second.cancels.next();
    expect(agent.cancels.waiting).toEqual([]);
    expect((await finish(agent, first)).committed).toBe(true);
    const other = await refusalOf(service.runs('root@100000000099').cancelInvocation({ invocationId }));
    expect(other.reason).toBe('ResourceNotFound.InvocationNotFound');
  });
});
